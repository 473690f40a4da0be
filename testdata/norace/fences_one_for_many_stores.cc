// One release fence publishes through every relaxed store after it.
#include <atomic>
#include <thread>

#include "../unseen.h"

int data = 0;
std::atomic<int> x{0};
std::atomic<int> y{0};
Unseen unseen;

void Writer() {
  data = 1;
  std::atomic_thread_fence(std::memory_order_release);
  x.store(1, std::memory_order_relaxed);
  y.store(1, std::memory_order_relaxed);
  unseen.Reach(1);
}

void Reader() {
  unseen.Await(1);
  if (y.load(std::memory_order_acquire) == 1) data = 2;
}

int main() {
  std::thread writer(Writer);
  std::thread reader(Reader);
  writer.join();
  reader.join();
}
