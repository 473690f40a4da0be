// An access after the delete, by a thread that nothing orders after it. (The memory is still there:
// glibc keeps small blocks.) EXPECT: heap-use-after-free EXPECT: Write of size 4 EXPECT: Previous
// free of EXPECT: freed heap block of size 40
#include <pthread.h>

#include "../unseen.h"

Unseen unseen;
int* block;

void* Delete(void*) {
  delete[] block;
  unseen.Reach(1);
  return nullptr;
}

int main() {
  block = new int[10];
  pthread_t thread;
  pthread_create(&thread, nullptr, Delete, nullptr);
  unseen.Await(1);
  static_cast<volatile int*>(block)[7] = 1;
  pthread_join(thread, nullptr);
}
