// The sequence that a release fence heads goes on through a relaxed read-modify-write of another
// thread.
#include <atomic>
#include <thread>

#include "../unseen.h"

int data = 0;
std::atomic<int> x{0};
Unseen unseen;

void Writer() {
  data = 1;
  std::atomic_thread_fence(std::memory_order_release);
  x.store(1, std::memory_order_relaxed);
  unseen.Reach(1);
}

void Between() {
  unseen.Await(1);
  x.fetch_add(1, std::memory_order_relaxed);
  unseen.Reach(2);
}

void Reader() {
  unseen.Await(2);
  if (x.load(std::memory_order_relaxed) != 2) return;
  std::atomic_thread_fence(std::memory_order_acquire);
  data = 2;
}

int main() {
  std::thread writer(Writer);
  std::thread between(Between);
  std::thread reader(Reader);
  writer.join();
  between.join();
  reader.join();
}
