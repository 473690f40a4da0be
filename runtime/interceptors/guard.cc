// __cxa_guard_*: guards of function-local statics, completion of the initialiser → every use.
//
// A use that finds the guard set does not come here: compiled code loads its first byte with
// acquire order, which reads the sync object of the same address.
//
// The protocol is libstdc++'s (and the Itanium ABI's first byte), so that modules which were linked
// with a C++ library of their own agree on guards that they share.
#include <linux/futex.h>
#include <sys/syscall.h>

#include <climits>

#include "runtime/interceptors/sync_ops.h"
#include "runtime/real.h"
#include "runtime/runtime.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

constexpr int kDone = 1;
constexpr int kRunning = 1 << 8;
constexpr int kAwaited = 1 << 16;

// True if the caller is to run the initialiser; else it is done.
bool TakeGuard(int* guard) {
  for (;;) {
    int state = 0;
    if (__atomic_compare_exchange_n(guard, &state, kRunning, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE)) {
      return true;
    }
    if (state == kDone) return false;
    if (state == kRunning && !__atomic_compare_exchange_n(guard, &state, kRunning | kAwaited, false,
                                                          __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
      continue;
    }
    sys::Call(SYS_futex, reinterpret_cast<long>(guard), FUTEX_WAIT_PRIVATE, kRunning | kAwaited);
  }
}

void GiveGuard(int* guard, int state) {
  if ((__atomic_exchange_n(guard, state, __ATOMIC_ACQ_REL) & kAwaited) != 0) {
    sys::Call(SYS_futex, reinterpret_cast<long>(guard), FUTEX_WAKE_PRIVATE, INT_MAX);
  }
}

}  // namespace
}  // namespace hbsan

INTERCEPTOR(int, __cxa_guard_acquire, int* guard) {
  const bool taken = hbsan::TakeGuard(guard);
  hbsan::AcquireAt(hbsan::AddressOf(guard));
  return taken ? 1 : 0;
}

INTERCEPTOR(void, __cxa_guard_release, int* guard) {
  hbsan::ReleaseStoreAt(hbsan::AddressOf(guard), HBSAN_CALLER_PC());
  hbsan::GiveGuard(guard, hbsan::kDone);
}

// The initialiser threw: the next one to come tries again, after what it did.
INTERCEPTOR(void, __cxa_guard_abort, int* guard) {
  hbsan::ReleaseStoreAt(hbsan::AddressOf(guard), HBSAN_CALLER_PC());
  hbsan::GiveGuard(guard, 0);
}
