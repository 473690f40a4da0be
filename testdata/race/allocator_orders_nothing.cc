// A block that one thread frees and another then gets orders nothing.
// EXPECT: Location is global 'data'
#include <pthread.h>
#include <stdlib.h>

#include "../unseen.h"

Unseen unseen;
int data = 0;

void* Free(void*) {
  data = 1;
  for (int i = 0; i < 100; ++i) free(malloc(1000));
  unseen.Reach(1);
  return nullptr;
}

int main() {
  pthread_t thread;
  pthread_create(&thread, nullptr, Free, nullptr);
  unseen.Await(1);
  for (int i = 0; i < 100; ++i) free(malloc(1000));
  data = 2;
  pthread_join(thread, nullptr);
}
