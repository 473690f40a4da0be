// A race across the move of a mapping, onto addresses that were in use, is found with the stacks of
// both accesses. EXPECT: Write of size 4 EXPECT: After( EXPECT: Previous write of size 4 EXPECT:
// Before(
#include <pthread.h>
#include <sys/mman.h>

#include "../unseen.h"

constexpr size_t kSize = 1 << 16;
Unseen unseen;
char *mapping, *used;

char* Map() {
  return static_cast<char*>(
      mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

__attribute__((noinline)) void Before(char* p) { *reinterpret_cast<volatile int*>(p + 5000) = 1; }
__attribute__((noinline)) void After(char* p) { *reinterpret_cast<volatile int*>(p + 5000) = 2; }

void* Write(void*) {
  Before(mapping);
  unseen.Reach(1);
  return nullptr;
}

int main() {
  mapping = Map();
  used = Map();
  *used = 1;
  pthread_t writer;
  pthread_create(&writer, nullptr, Write, nullptr);
  unseen.Await(1);
  After(static_cast<char*>(mremap(mapping, kSize, kSize, MREMAP_MAYMOVE | MREMAP_FIXED, used)));
  pthread_join(writer, nullptr);
}
