// What was released is named by where it was made.
// EXPECT: WARNING: hbsan: data race
// EXPECT: thread T1 released a heap object (made at
// EXPECT: released_heap_object.cc:18) at
#include <mutex>
#include <thread>

#include "../unseen.h"

struct Shared {
  int value = 0;
  std::mutex mutex;
};

Unseen order;

int main() {
  auto* shared = new Shared;
  std::thread writer([&] {
    shared->value = 1;
    shared->mutex.lock();
    shared->mutex.unlock();
    order.Reach(1);
  });
  std::thread other([&] {
    order.Await(1);
    shared->value = 2;
  });
  writer.join();
  other.join();
}
