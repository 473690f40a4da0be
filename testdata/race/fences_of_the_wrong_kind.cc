// An acquire fence does not release, and a release fence does not acquire.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include <atomic>
#include <thread>

#include "../unseen.h"

int data = 0;
std::atomic<int> x{0};
Unseen unseen;

void Writer() {
  data = 1;
  std::atomic_thread_fence(std::memory_order_acquire);
  x.store(1, std::memory_order_relaxed);
  unseen.Reach(1);
}

void Reader() {
  unseen.Await(1);
  if (x.load(std::memory_order_relaxed) != 1) return;
  std::atomic_thread_fence(std::memory_order_release);
  data = 2;
}

int main() {
  std::thread writer(Writer);
  std::thread reader(Reader);
  writer.join();
  reader.join();
}
