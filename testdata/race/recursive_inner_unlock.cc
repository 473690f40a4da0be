// What follows the last unlock of a recursive mutex is not ordered by an earlier one.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
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
    mutex.unlock();
    data = 1;
    unseen.Reach(1);
  });
  std::thread second([] {
    unseen.Await(1);
    const std::lock_guard<std::recursive_mutex> hold(mutex);
    data = 2;
  });
  first.join();
  second.join();
}
