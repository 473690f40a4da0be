// Memory intrinsics in instrumented code.
#include "runtime/interceptors/memory.h"

#include "runtime/runtime.h"

using hbsan::AccessKind;
using hbsan::CheckHook;

HBSAN_ABI void* __tsan_memcpy(void* to, const void* from, std::size_t size) {
  CheckHook(HBSAN_CALLER_PC(), {AccessKind::kRead, from, size}, {AccessKind::kWrite, to, size});
  return hbsan::RealMemcpy(to, from, size);
}

HBSAN_ABI void* __tsan_memmove(void* to, const void* from, std::size_t size) {
  CheckHook(HBSAN_CALLER_PC(), {AccessKind::kRead, from, size}, {AccessKind::kWrite, to, size});
  return hbsan::RealMemmove(to, from, size);
}

HBSAN_ABI void* __tsan_memset(void* to, int value, std::size_t size) {
  CheckHook(HBSAN_CALLER_PC(), AccessKind::kWrite, to, size);
  return hbsan::RealMemset(to, value, size);
}
