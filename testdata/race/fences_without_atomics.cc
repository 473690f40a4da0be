// Fences order through an atomic that one writes and the other reads, and not by themselves.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include <atomic>
#include <thread>

#include "../unseen.h"

int data = 0;
Unseen unseen;

void Writer() {
  data = 1;
  std::atomic_thread_fence(std::memory_order_seq_cst);
  unseen.Reach(1);
}

void Reader() {
  unseen.Await(1);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  data = 2;
}

int main() {
  std::thread writer(Writer);
  std::thread reader(Reader);
  writer.join();
  reader.join();
}
