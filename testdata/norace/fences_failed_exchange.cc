// A compare-exchange that fails is a load: an acquire fence after it counts.
#include <atomic>
#include <thread>

#include "../unseen.h"

int data = 0;
std::atomic<int> x{0};
Unseen unseen;

void Writer() {
  data = 1;
  x.store(1, std::memory_order_release);
  unseen.Reach(1);
}

void Reader() {
  unseen.Await(1);
  int expected = 5;
  if (x.compare_exchange_strong(expected, 6, std::memory_order_acquire,
                                std::memory_order_relaxed) ||
      expected != 1)
    return;
  std::atomic_thread_fence(std::memory_order_acquire);
  data = 2;
}

int main() {
  std::thread writer(Writer);
  std::thread reader(Reader);
  writer.join();
  reader.join();
}
