// The free of a block is a write of all of it: an access that nothing orders before it is a use
// after free, even if it came in time. EXPECT: heap-use-after-free EXPECT: Free of size 100 EXPECT:
// Previous read of size 1 EXPECT: heap block of size 100
#include <pthread.h>
#include <stdlib.h>

#include "../unseen.h"

Unseen unseen;
char* block;

void* Read(void*) {
  volatile char c = block[99];
  (void)c;
  unseen.Reach(1);
  return nullptr;
}

int main() {
  block = static_cast<char*>(malloc(100));
  block[99] = 1;
  pthread_t reader;
  pthread_create(&reader, nullptr, Read, nullptr);
  unseen.Await(1);
  free(block);
  pthread_join(reader, nullptr);
}
