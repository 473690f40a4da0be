// Memory intrinsics in instrumented code.
#include "runtime/interceptors/memory.h"

#include "runtime/runtime.h"

HBSAN_ABI void* __tsan_memcpy(void* to, const void* from, std::size_t size) {
  return hbsan::CheckedMemcpy(HBSAN_CALLER_PC(), to, from, size);
}

HBSAN_ABI void* __tsan_memmove(void* to, const void* from, std::size_t size) {
  return hbsan::CheckedMemmove(HBSAN_CALLER_PC(), to, from, size);
}

HBSAN_ABI void* __tsan_memset(void* to, int value, std::size_t size) {
  return hbsan::CheckedMemset(HBSAN_CALLER_PC(), to, value, size);
}
