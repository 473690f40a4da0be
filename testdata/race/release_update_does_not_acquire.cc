// A release read-modify-write publishes; it is not ordered after what it read.
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
  x.fetch_add(1, std::memory_order_release);
  unseen.Reach(1);
}

void Reader() {
  unseen.Await(1);
  if (x.fetch_add(1, std::memory_order_release) == 1) data = 2;
}

int main() {
  std::thread writer(Writer);
  std::thread reader(Reader);
  writer.join();
  reader.join();
}
