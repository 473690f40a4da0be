// Relaxed read-modify-writes of another thread continue a release sequence.
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

void Between() {
  unseen.Await(1);
  x.fetch_or(2, std::memory_order_relaxed);
  int expected = 3;
  x.compare_exchange_strong(expected, 4, std::memory_order_relaxed);
  unseen.Reach(2);
}

void Reader() {
  unseen.Await(2);
  if (x.load(std::memory_order_acquire) == 4) data = 2;
}

int main() {
  std::thread writer(Writer);
  std::thread between(Between);
  std::thread reader(Reader);
  writer.join();
  between.join();
  reader.join();
}
