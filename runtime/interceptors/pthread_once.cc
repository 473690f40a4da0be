// pthread_once and C11's call_once: completion of the function → return of every call.
#include <pthread.h>
#include <threads.h>

#include "runtime/interceptors/sync_ops.h"
#include "runtime/real.h"

namespace hbsan {
namespace {

struct OnceCall {
  const void* flag;
  void (*function)();
  std::uintptr_t pc;
};

// The call that this thread is about to make; the real function passes no argument on.
constinit thread_local OnceCall pending_call = {};

// An exception of the function leaves through here, and the flag stays unset.
void RunOnce() {
  const OnceCall call = pending_call;
  call.function();
  ReleaseStoreAt(AddressOf(call.flag), call.pc);
}

}  // namespace
}  // namespace hbsan

INTERCEPTOR(int, pthread_once, pthread_once_t* flag, void (*function)()) {
  if (hbsan::InRuntime()) return REAL(pthread_once)(flag, function);
  hbsan::pending_call = {flag, function, HBSAN_CALLER_PC()};
  const int result = REAL(pthread_once)(flag, hbsan::RunOnce);
  if (result == 0) hbsan::AcquireAt(hbsan::AddressOf(flag));
  return result;
}

INTERCEPTOR(void, call_once, once_flag* flag, void (*function)()) {
  if (hbsan::InRuntime()) return REAL(call_once)(flag, function);
  hbsan::pending_call = {flag, function, HBSAN_CALLER_PC()};
  REAL(call_once)(flag, hbsan::RunOnce);
  hbsan::AcquireAt(hbsan::AddressOf(flag));
}
