// A mapping that moves takes its own history along, not that of the addresses that it leaves or
// comes to.
#include <assert.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "../unseen.h"

constexpr size_t kSize = 1 << 16;
Unseen unseen;
char *mapping, *used;

char* Map(size_t size) {
  void* p = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert(p != MAP_FAILED);
  return static_cast<char*>(p);
}

void* Writer(void*) {
  memset(mapping, 1, kSize);
  return nullptr;
}

void* Neighbour(void*) {
  memset(used, 2, kSize);
  return nullptr;
}

int main() {
  mapping = Map(kSize);
  used = Map(kSize);
  pthread_t writer, neighbour;
  pthread_create(&writer, nullptr, Writer, nullptr);
  pthread_create(&neighbour, nullptr, Neighbour, nullptr);
  pthread_join(writer, nullptr);
  pthread_join(neighbour, nullptr);
  // Onto addresses in use, then to wherever the kernel likes, growing and shrinking.
  char* p = static_cast<char*>(mremap(mapping, kSize, kSize, MREMAP_MAYMOVE | MREMAP_FIXED, used));
  assert(p == used && p[0] == 1);
  p[kSize - 1] = 3;
  p = static_cast<char*>(mremap(p, kSize, 64 * kSize, MREMAP_MAYMOVE));
  assert(p != MAP_FAILED && p[0] == 1 && p[kSize - 1] == 3 && p[kSize] == 0);
  memset(p, 4, 64 * kSize);
  p = static_cast<char*>(mremap(p, 64 * kSize, kSize, 0));
  assert(p != MAP_FAILED && p[0] == 4);
  assert(mremap(p, kSize, kSize, MREMAP_FIXED, used) == MAP_FAILED);
  munmap(p, kSize);
}
