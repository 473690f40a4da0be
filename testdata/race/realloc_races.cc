// realloc reads and frees the old block, and writes the new one, whether or not it moves.
// EXPECT: Realloc(
// EXPECT: UseOld(
// EXPECT: UseNew(
#include <pthread.h>
#include <stdlib.h>

#include "../unseen.h"

Unseen unseen;
char *old_block, *new_block;

__attribute__((noinline)) void Realloc() {
  new_block = static_cast<char*>(realloc(old_block, 100000));
}
__attribute__((noinline)) void UseOld() { static_cast<volatile char*>(old_block)[3] = 1; }
__attribute__((noinline, no_sanitize("thread"))) volatile char* New() { return new_block; }
__attribute__((noinline)) void UseNew() { New()[5] = 2; }

void* Other(void*) {
  UseOld();
  unseen.Reach(1);
  unseen.Await(2);
  UseNew();
  return nullptr;
}

int main() {
  old_block = static_cast<char*>(malloc(10));
  pthread_t other;
  pthread_create(&other, nullptr, Other, nullptr);
  unseen.Await(1);
  Realloc();
  unseen.Reach(2);
  pthread_join(other, nullptr);
}
