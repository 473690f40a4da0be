// A program's own malloc wins, and serves operator new and the C library.
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <atomic>
#include <string>
#include <thread>

namespace {

alignas(64) char arena[64 << 20];
std::atomic<size_t> used{0};

bool Mine(const void* p) { return p >= arena && p < arena + sizeof(arena); }

// Never reused, so that there is nothing to synchronise.
void* Take(size_t alignment, size_t size) {
  const size_t room = (size + 16 + alignment + 63) / 64 * 64;
  char* begin = arena + used.fetch_add(room, std::memory_order_relaxed);
  const size_t address =
      (reinterpret_cast<size_t>(begin) + 16 + alignment - 1) / alignment * alignment;
  reinterpret_cast<size_t*>(address)[-1] = size;
  return reinterpret_cast<void*>(address);
}

}  // namespace

extern "C" {
void* malloc(size_t size) { return Take(16, size); }
void* calloc(size_t count, size_t size) { return Take(16, count * size); }
void* aligned_alloc(size_t alignment, size_t size) { return Take(alignment, size); }
void* realloc(void* p, size_t size) {
  void* q = Take(16, size);
  if (p != nullptr) {
    const size_t old = static_cast<size_t*>(p)[-1];
    memcpy(q, p, old < size ? old : size);
  }
  return q;
}
void free(void*) {}
}

void Use() {
  int* number = new int(1);
  assert(Mine(number));
  delete number;
  struct alignas(128) Wide {
    char bytes[128];
  };
  Wide* wide = new Wide;
  assert(Mine(wide));
  delete wide;
  char* copy = strdup("text");
  assert(Mine(copy));
  free(copy);
  std::string text(100, 'x');
  assert(Mine(text.data()));
  char* printed = nullptr;
  assert(asprintf(&printed, "%d", 5) == 1 && Mine(printed));
  free(printed);
}

int main() {
  std::thread first(Use), second(Use);
  first.join();
  second.join();
}
