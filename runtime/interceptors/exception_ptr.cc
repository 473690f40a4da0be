// Reference counts of exceptions, which libstdc++ keeps where no instrumented code sees them: what
// each holder of an exception did before it let go → the exception's destruction by the last one.
//
// The last release of an exception_ptr or of a handler is done here, on the objects of libstdc++'s
// ABI (unwind-cxx.h), so that only the last one acquires.
#include <unwind.h>

#include <cstddef>

#include "runtime/interceptors/sync_ops.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

extern "C" {
// Undefined in programs without C++, in which nothing comes here.
[[gnu::weak]] void __cxa_free_exception(void* object);
[[gnu::weak]] void __cxa_free_dependent_exception(void* exception);
}

namespace hbsan {
namespace {

// __cxa_exception and __cxa_dependent_exception, which mirrors it.
struct ExceptionHeader {
  void* type_or_primary;  // of a dependent exception: the thrown object that it shares
  void (*destructor)(void*);
  void* handlers_and_catch_state[8];
  _Unwind_Exception unwind;
};
static_assert(sizeof(ExceptionHeader) == 112);
// __cxa_refcounted_exception; the thrown object follows.
struct CountedException {
  int references;
  char padding[12];
  ExceptionHeader header;
};
static_assert(sizeof(CountedException) == 128);

constexpr std::uint64_t kPrimaryClass = 0x474e5543432b2b00;  // "GNUCC++\0"
constexpr std::uint64_t kDependentClass = kPrimaryClass + 1;

void DropReference(void* object, std::uintptr_t pc) {
  CountedException& exception = static_cast<CountedException*>(object)[-1];
  const Addr sync = AddressOf(&exception);
  ReleaseAt(sync, pc);
  if (__atomic_fetch_sub(&exception.references, 1, __ATOMIC_ACQ_REL) != 1) return;
  AcquireAt(sync);
  ForgetAt(sync);
  if (exception.header.destructor != nullptr) exception.header.destructor(object);
  __cxa_free_exception(object);
}

ExceptionHeader& HeaderOf(_Unwind_Exception* exception) {
  return reinterpret_cast<ExceptionHeader*>(exception + 1)[-1];
}

}  // namespace
}  // namespace hbsan

// std::exception_ptr::_M_release
INTERCEPTOR(void, _ZNSt15__exception_ptr13exception_ptr10_M_releaseEv, void** self) {
  if (*self == nullptr) return;
  hbsan::DropReference(*self, HBSAN_CALLER_PC());
  *self = nullptr;
}

// What __cxa_end_catch calls when the last handler of a throw is left.
INTERCEPTOR(void, _Unwind_DeleteException, _Unwind_Exception* exception) {
  if (exception->exception_class == hbsan::kPrimaryClass) {
    hbsan::DropReference(exception + 1, HBSAN_CALLER_PC());
  } else if (exception->exception_class == hbsan::kDependentClass) {
    hbsan::ExceptionHeader& dependent = hbsan::HeaderOf(exception);
    void* const object = dependent.type_or_primary;
    __cxa_free_dependent_exception(&dependent);
    hbsan::DropReference(object, HBSAN_CALLER_PC());
  } else {
    REAL(_Unwind_DeleteException)(exception);
  }
}
