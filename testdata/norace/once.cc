// Completion of the function → return of every pthread_once and std::call_once, also after one that
// threw.
#include <pthread.h>

#include <mutex>
#include <thread>

#include "../unseen.h"

pthread_once_t posix_once = PTHREAD_ONCE_INIT;
std::once_flag flag, inner;
int posix_data = 0;
int data = 0;
int attempts = 0;
Unseen unseen;

void UsePosix() {
  pthread_once(&posix_once, [] { posix_data = 1; });
  if (posix_data != 1) __builtin_abort();
}

void UseFlag() {
  std::call_once(flag, [] { std::call_once(inner, [] { data = 1; }); });
  if (data != 1) __builtin_abort();
}

int main() {
  std::thread first([] {
    UsePosix();
    try {
      std::call_once(flag, [] {
        ++attempts;
        throw 1;
      });
    } catch (int) {
    }
    UseFlag();
    unseen.Reach(1);
  });
  std::thread second([] {
    unseen.Await(1);
    UsePosix();
    UseFlag();
  });
  first.join();
  second.join();
  return attempts == 1 ? 0 : 1;
}
