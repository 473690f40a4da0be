// A spin lock made of an atomic_flag.
#include <atomic>
#include <thread>

#include "../unseen.h"

int data = 0;
std::atomic_flag locked = ATOMIC_FLAG_INIT;

void Lock() {
  while (locked.test_and_set(std::memory_order_acquire)) {
  }
}
void Unlock() { locked.clear(std::memory_order_release); }
Unseen unseen;

void Writer() {
  Lock();
  ++data;
  Unlock();
  unseen.Reach(1);
}

void Reader() {
  unseen.Await(1);
  Lock();
  ++data;
  Unlock();
}

int main() {
  std::thread writer(Writer);
  std::thread reader(Reader);
  writer.join();
  reader.join();
}
