// A compare-exchange that fails has the order given for failure.
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
  x.store(1, std::memory_order_release);
  unseen.Reach(1);
}

void Reader() {
  unseen.Await(1);
  int expected = 5;
  x.compare_exchange_strong(expected, 6, std::memory_order_acq_rel, std::memory_order_relaxed);
  if (expected == 1) data = 2;
}

int main() {
  std::thread writer(Writer);
  std::thread reader(Reader);
  writer.join();
  reader.join();
}
