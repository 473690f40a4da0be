// Every allocation function hands out usable, aligned memory, and fails as the standard says.
#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static void Check(void* p, size_t alignment, size_t size) {
  assert(p != NULL && (uintptr_t)p % alignment == 0 && malloc_usable_size(p) >= size);
  memset(p, 1, size);
  free(p);
}

int main(void) {
  for (size_t size = 1; size < 5000000; size = size * 3 + 1) {
    Check(malloc(size), 16, size);
    Check(calloc(size, 2), 16, size * 2);
    Check(memalign(64, size), 64, size);
    Check(aligned_alloc(256, size), 256, size);
    Check(valloc(size), 4096, size);
    Check(pvalloc(size), 4096, (size + 4095) / 4096 * 4096);
    void* p = NULL;
    assert(posix_memalign(&p, 128, size) == 0);
    Check(p, 128, size);
    char* q = malloc(size);
    q[0] = 7;
    q[size - 1] = 8;
    q = realloc(q, size * 2);
    assert((size == 1 || q[0] == 7) && q[size - 1] == 8);
    q = reallocarray(q, size, 3);
    assert(q[size - 1] == 8);
    free(q);
  }
  for (char* p = calloc(100, 1); p != NULL; p = NULL) {
    for (int i = 0; i < 100; ++i) assert(p[i] == 0);
    free(p);
  }
  void* p = NULL;
  assert(posix_memalign(&p, 3, 8) == EINVAL && posix_memalign(&p, 4, 8) == EINVAL);
  // The compiler takes allocations that are only compared with NULL to succeed.
  volatile size_t huge = PTRDIFF_MAX;
  void* volatile failed = malloc(huge);
  assert(failed == NULL && errno == ENOMEM);
  failed = calloc(huge, 4);
  assert(failed == NULL);
  failed = reallocarray(NULL, huge, 4);
  assert(failed == NULL);
  char* kept = strdup("kept");
  failed = realloc(kept, huge);
  assert(failed == NULL && strcmp(kept, "kept") == 0);
  failed = realloc(kept, 0);
  assert(failed == NULL);
  free(realloc(NULL, 10));
  free(strndup("abcdef", 3));
  free(wcsdup(L"wide"));
  free(NULL);
  return 0;
}
