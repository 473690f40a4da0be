// An atomic and a plain access of one variable.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Atomic write of size 4
// EXPECT: Location is global 'data'
#include <atomic>
#include <thread>

#include "../unseen.h"

int data = 0;
Unseen unseen;

void Writer() {
  data = 1;
  unseen.Reach(1);
}

void Reader() {
  unseen.Await(1);
  __atomic_store_n(&data, 2, __ATOMIC_SEQ_CST);
}

int main() {
  std::thread writer(Writer);
  std::thread reader(Reader);
  writer.join();
  reader.join();
}
