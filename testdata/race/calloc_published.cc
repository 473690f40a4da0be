// calloc's zeroing is a write: who reads the zeros of a block that was published without order
// races with it. EXPECT: Previous write of size EXPECT: heap block of size 24
#include <pthread.h>
#include <stdlib.h>

#include "../unseen.h"

Unseen unseen;
int* block;
int sum;

__attribute__((no_sanitize("thread"))) int* Block() { return block; }

void* Read(void*) {
  unseen.Await(1);
  sum = Block()[5];
  return nullptr;
}

int main() {
  pthread_t reader;
  pthread_create(&reader, nullptr, Read, nullptr);
  block = static_cast<int*>(calloc(6, sizeof(int)));
  unseen.Reach(1);
  pthread_join(reader, nullptr);
  free(block);
}
