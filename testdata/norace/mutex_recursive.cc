// The last unlock of a recursive mutex → lock.
#include <mutex>
#include <thread>

#include "../unseen.h"

std::recursive_mutex mutex;
int data = 0;
Unseen unseen;

int main() {
  std::thread first([] {
    mutex.lock();
    mutex.lock();
    mutex.unlock();
    data = 1;
    mutex.unlock();
    unseen.Reach(1);
  });
  std::thread second([] {
    unseen.Await(1);
    std::lock_guard<std::recursive_mutex> hold(mutex);
    std::lock_guard<std::recursive_mutex> again(mutex);
    data = 2;
  });
  first.join();
  second.join();
}
