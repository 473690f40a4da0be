// A load that reads from a release store is ordered after what came before the store, the plain
// write of the variable itself included.
#include <atomic>
#include <thread>

#include "../unseen.h"

int data = 0;
Unseen unseen;

void Writer() {
  data = 0;
  __atomic_store_n(&data, 1, __ATOMIC_RELEASE);
  unseen.Reach(1);
}

void Reader() {
  unseen.Await(1);
  if (__atomic_load_n(&data, __ATOMIC_ACQUIRE) == 1) data = 2;
}

int main() {
  std::thread writer(Writer);
  std::thread reader(Reader);
  writer.join();
  reader.join();
}
