// One acquire fence is for every relaxed load before it.
#include <atomic>
#include <thread>

#include "../unseen.h"

int data = 0;
std::atomic<int> x{0};
std::atomic<int> y{0};
Unseen unseen;

void Writer() {
  data = 1;
  x.store(1, std::memory_order_release);
  unseen.Reach(1);
}

void Reader() {
  unseen.Await(1);
  const bool ready = x.load(std::memory_order_relaxed) == 1;
  y.load(std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_acquire);
  if (ready) data = 2;
}

int main() {
  std::thread writer(Writer);
  std::thread reader(Reader);
  writer.join();
  reader.join();
}
