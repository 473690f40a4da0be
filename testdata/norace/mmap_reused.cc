// A mapping at addresses that another thread unmapped, or mapped over, has no history.
#include <assert.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "../unseen.h"

constexpr size_t kSize = 1 << 16;
constexpr int kProt = PROT_READ | PROT_WRITE, kFlags = MAP_PRIVATE | MAP_ANONYMOUS;
char* place;
Unseen unseen;

void* First(void*) {
  unseen.Await(1);  // from here on nobody else maps anything
  place = static_cast<char*>(mmap(nullptr, kSize, kProt, kFlags, -1, 0));
  memset(place, 1, kSize);
  munmap(place, kSize);
  unseen.Reach(2);
  return nullptr;
}

__attribute__((no_sanitize("thread"))) char* Place() { return place; }

void* Second(void*) {
  unseen.Reach(1);
  unseen.Await(2);
  char* p = static_cast<char*>(mmap(Place(), kSize, kProt, kFlags | MAP_FIXED_NOREPLACE, -1, 0));
  assert(p == Place());
  memset(p, 2, kSize);
  // Over one's own mapping.
  char* q = static_cast<char*>(mmap(p, kSize / 2, kProt, kFlags | MAP_FIXED, -1, 0));
  assert(q == p && q[0] == 0 && q[kSize / 2] == 2);
  memset(q, 3, kSize);
  munmap(q, kSize);
  return nullptr;
}

int main() {
  pthread_t first, second;
  pthread_create(&first, nullptr, First, nullptr);
  pthread_create(&second, nullptr, Second, nullptr);
  pthread_join(first, nullptr);
  pthread_join(second, nullptr);
}
