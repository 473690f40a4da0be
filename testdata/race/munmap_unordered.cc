// munmap is a write of what was used in the mapping.
// EXPECT: Previous write of size 4
// EXPECT: munmap_unordered.cc:26
#include <pthread.h>
#include <sys/mman.h>

#include "../unseen.h"

constexpr size_t kSize = 1 << 24;
Unseen unseen;
char* mapping;

void* Write(void*) {
  *reinterpret_cast<volatile int*>(mapping + kSize / 2) = 1;
  unseen.Reach(1);
  return nullptr;
}

int main() {
  mapping = static_cast<char*>(
      mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  pthread_t writer;
  pthread_create(&writer, nullptr, Write, nullptr);
  unseen.Await(1);
  munmap(mapping + kSize - 4096, 4096);  // beside what was used: no race
  munmap(mapping, kSize - 4096);
  pthread_join(writer, nullptr);
}
