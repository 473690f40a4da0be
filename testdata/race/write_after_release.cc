// A write after the release store is not published by it.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include <atomic>
#include <thread>

#include "../unseen.h"

int data = 0;
std::atomic<int> x{0};
Unseen unseen;

void Writer() {
  x.store(1, std::memory_order_release);
  data = 1;
  unseen.Reach(1);
}

void Reader() {
  unseen.Await(1);
  if (x.load(std::memory_order_acquire) == 1) data = 2;
}

int main() {
  std::thread writer(Writer);
  std::thread reader(Reader);
  writer.join();
  reader.join();
}
