// operator new and delete, all forms. Each is weak: a program's own wins, and the forms that the
// standard defines through another one then go through the program's.
//
// The runtime does not link the C++ library. When memory is short, libstdc++'s own operator runs
// the new handler and throws; it is found by symbol lookup, or by a weak reference where the
// library is linked statically.
#include <cstddef>

#include "runtime/heap.h"
#include "runtime/real.h"
#include "runtime/runtime.h"
#include "runtime/sys.h"

namespace {
// The types that the mangled names of the operators speak of, without <new>.
struct NoThrow;
enum class Alignment : std::size_t {};
}  // namespace

extern "C" {
[[noreturn]] __attribute__((weak)) void _ZSt17__throw_bad_allocv();
__attribute__((weak)) void* _Znwm(std::size_t size);
__attribute__((weak)) void* _ZnwmSt11align_val_t(std::size_t size, Alignment alignment);
__attribute__((weak)) void _ZdlPv(void* p);
__attribute__((weak)) void _ZdlPvSt11align_val_t(void* p, Alignment alignment);
}

namespace {

using hbsan::HeapAllocate;
using hbsan::HeapAllocateAligned;
using hbsan::HeapFree;

// The last resort of the throwing forms: what libstdc++'s own operator does when malloc fails.
template <typename F, typename... Args>
void* Retry(F* real, Args... args) {
  if (real != nullptr) return real(args...);
  if (_ZSt17__throw_bad_allocv != nullptr) _ZSt17__throw_bad_allocv();
  hbsan::sys::Fatal("operator new: out of memory, and no C++ library to throw std::bad_alloc");
}

}  // namespace

// --- new ---

INTERCEPTOR(void*, _Znwm, std::size_t size) {
  void* p = HeapAllocate(size, HBSAN_CALLER_PC());
  return p != nullptr ? p : Retry(REAL(_Znwm), size);
}

INTERCEPTOR(void*, _ZnwmSt11align_val_t, std::size_t size, Alignment alignment) {
  void* p = HeapAllocateAligned(static_cast<std::size_t>(alignment), size, HBSAN_CALLER_PC());
  return p != nullptr ? p : Retry(REAL(_ZnwmSt11align_val_t), size, alignment);
}

INTERCEPTOR(void*, _Znam, std::size_t size) {
  if (_Znwm != __interceptor__Znwm) return _Znwm(size);
  void* p = HeapAllocate(size, HBSAN_CALLER_PC());
  return p != nullptr ? p : Retry(REAL(_Znam), size);
}

INTERCEPTOR(void*, _ZnamSt11align_val_t, std::size_t size, Alignment alignment) {
  if (_ZnwmSt11align_val_t != __interceptor__ZnwmSt11align_val_t) {
    return _ZnwmSt11align_val_t(size, alignment);
  }
  void* p = HeapAllocateAligned(static_cast<std::size_t>(alignment), size, HBSAN_CALLER_PC());
  return p != nullptr ? p : Retry(REAL(_ZnamSt11align_val_t), size, alignment);
}

// The forms that do not throw are the throwing ones in a try block; only libstdc++'s own can catch,
// so it serves where memory is short or the program replaced the throwing form.
#define HBSAN_NEW_NOTHROW(symbol, throwing)                                                     \
  INTERCEPTOR(void*, symbol, std::size_t size, const NoThrow& nothrow) {                        \
    void* p =                                                                                   \
        throwing == __interceptor_##throwing ? HeapAllocate(size, HBSAN_CALLER_PC()) : nullptr; \
    if (p != nullptr || REAL(symbol) == nullptr) return p;                                      \
    return REAL(symbol)(size, nothrow);                                                         \
  }
#define HBSAN_NEW_ALIGNED_NOTHROW(symbol, throwing)                                           \
  INTERCEPTOR(void*, symbol, std::size_t size, Alignment alignment, const NoThrow& nothrow) { \
    void* p = nullptr;                                                                        \
    if (throwing == __interceptor_##throwing) {                                               \
      p = HeapAllocateAligned(static_cast<std::size_t>(alignment), size, HBSAN_CALLER_PC());  \
    }                                                                                         \
    if (p != nullptr || REAL(symbol) == nullptr) return p;                                    \
    return REAL(symbol)(size, alignment, nothrow);                                            \
  }

HBSAN_NEW_NOTHROW(_ZnwmRKSt9nothrow_t, _Znwm)
HBSAN_NEW_NOTHROW(_ZnamRKSt9nothrow_t, _Znwm)
HBSAN_NEW_ALIGNED_NOTHROW(_ZnwmSt11align_val_tRKSt9nothrow_t, _ZnwmSt11align_val_t)
HBSAN_NEW_ALIGNED_NOTHROW(_ZnamSt11align_val_tRKSt9nothrow_t, _ZnwmSt11align_val_t)

// --- delete ---

INTERCEPTOR(void, _ZdlPv, void* p) { HeapFree(p, HBSAN_CALLER_PC()); }

INTERCEPTOR(void, _ZdlPvSt11align_val_t, void* p, Alignment) { HeapFree(p, HBSAN_CALLER_PC()); }

#define HBSAN_DELETE(symbol, ...)                                 \
  INTERCEPTOR(void, symbol, void* p __VA_OPT__(, ) __VA_ARGS__) { \
    if (_ZdlPv != __interceptor__ZdlPv) return _ZdlPv(p);         \
    HeapFree(p, HBSAN_CALLER_PC());                               \
  }
#define HBSAN_DELETE_SIZED_ALIGNED(symbol)                               \
  INTERCEPTOR(void, symbol, void* p, std::size_t, Alignment alignment) { \
    if (_ZdlPvSt11align_val_t != __interceptor__ZdlPvSt11align_val_t) {  \
      return _ZdlPvSt11align_val_t(p, alignment);                        \
    }                                                                    \
    HeapFree(p, HBSAN_CALLER_PC());                                      \
  }
#define HBSAN_DELETE_ALIGNED(symbol, ...)                                              \
  INTERCEPTOR(void, symbol, void* p, Alignment alignment __VA_OPT__(, ) __VA_ARGS__) { \
    if (_ZdlPvSt11align_val_t != __interceptor__ZdlPvSt11align_val_t) {                \
      return _ZdlPvSt11align_val_t(p, alignment);                                      \
    }                                                                                  \
    HeapFree(p, HBSAN_CALLER_PC());                                                    \
  }

HBSAN_DELETE(_ZdaPv)
HBSAN_DELETE(_ZdlPvm, std::size_t)
HBSAN_DELETE(_ZdaPvm, std::size_t)
HBSAN_DELETE(_ZdlPvRKSt9nothrow_t, const NoThrow&)
HBSAN_DELETE(_ZdaPvRKSt9nothrow_t, const NoThrow&)
HBSAN_DELETE_ALIGNED(_ZdaPvSt11align_val_t)
HBSAN_DELETE_ALIGNED(_ZdlPvSt11align_val_tRKSt9nothrow_t, const NoThrow&)
HBSAN_DELETE_ALIGNED(_ZdaPvSt11align_val_tRKSt9nothrow_t, const NoThrow&)
HBSAN_DELETE_SIZED_ALIGNED(_ZdlPvmSt11align_val_t)
HBSAN_DELETE_SIZED_ALIGNED(_ZdaPvmSt11align_val_t)
