// The malloc family, over glibc's own allocator: __libc_malloc and its siblings are there before
// any symbol lookup, so these work inside dlsym and before Initialize.
#include <cerrno>
#include <cstddef>

#include "runtime/heap.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

namespace {

constexpr std::size_t kPage = 4096;

bool IsPowerOfTwo(std::size_t n) { return n != 0 && (n & (n - 1)) == 0; }

}  // namespace

INTERCEPTOR(void*, malloc, std::size_t size) {
  return hbsan::HeapAllocate(size, HBSAN_CALLER_PC());
}

INTERCEPTOR(void*, calloc, std::size_t count, std::size_t size) {
  return hbsan::HeapAllocateZeroed(count, size, HBSAN_CALLER_PC());
}

INTERCEPTOR(void*, realloc, void* p, std::size_t size) {
  return hbsan::HeapReallocate(p, size, HBSAN_CALLER_PC());
}

INTERCEPTOR(void*, reallocarray, void* p, std::size_t count, std::size_t size) {
  std::size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return nullptr;
  }
  return hbsan::HeapReallocate(p, bytes, HBSAN_CALLER_PC());
}

INTERCEPTOR(void, free, void* p) { hbsan::HeapFree(p, HBSAN_CALLER_PC()); }

INTERCEPTOR(void, cfree, void* p) { hbsan::HeapFree(p, HBSAN_CALLER_PC()); }

INTERCEPTOR(void*, memalign, std::size_t alignment, std::size_t size) {
  return hbsan::HeapAllocateAligned(alignment, size, HBSAN_CALLER_PC());
}

INTERCEPTOR(void*, aligned_alloc, std::size_t alignment, std::size_t size) {
  return hbsan::HeapAllocateAligned(alignment, size, HBSAN_CALLER_PC());
}

INTERCEPTOR(int, posix_memalign, void** result, std::size_t alignment, std::size_t size) {
  if (!IsPowerOfTwo(alignment) || alignment % sizeof(void*) != 0) return EINVAL;
  const int saved = errno;
  void* p = hbsan::HeapAllocateAligned(alignment, size, HBSAN_CALLER_PC());
  errno = saved;
  if (p == nullptr) return ENOMEM;
  hbsan::CheckMemory(HBSAN_CALLER_PC(), hbsan::AccessKind::kWrite, result, sizeof(*result));
  *result = p;
  return 0;
}

INTERCEPTOR(void*, valloc, std::size_t size) {
  return hbsan::HeapAllocateAligned(kPage, size, HBSAN_CALLER_PC());
}

INTERCEPTOR(void*, pvalloc, std::size_t size) {
  const std::size_t rounded = (size + kPage - 1) & ~(kPage - 1);
  if (rounded < size) {
    errno = ENOMEM;
    return nullptr;
  }
  return hbsan::HeapAllocateAligned(kPage, rounded, HBSAN_CALLER_PC());
}
