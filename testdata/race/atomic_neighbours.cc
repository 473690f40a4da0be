// Two atomics in one word are two: reading one does not order with releases to the other.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include <atomic>
#include <thread>

#include "../unseen.h"

int data = 0;
struct alignas(8) {
  std::atomic<int> first{0};
  std::atomic<int> second{0};
} pair;
Unseen unseen;

void Writer() {
  data = 1;
  pair.first.store(1, std::memory_order_release);
  unseen.Reach(1);
}

void Reader() {
  unseen.Await(1);
  pair.second.load(std::memory_order_acquire);
  data = 2;
}

int main() {
  std::thread writer(Writer);
  std::thread reader(Reader);
  writer.join();
  reader.join();
}
