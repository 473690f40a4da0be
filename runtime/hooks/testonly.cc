// __tsan_testonly_*: for tests of detectors.
#include <linux/futex.h>
#include <sys/syscall.h>

#include <climits>
#include <cstdint>

#include "runtime/runtime.h"
#include "runtime/sys.h"

// A barrier that the detector does not see: it forces an order in time, and no edge. The lower half
// of the word is the number of threads that meet, the upper half counts arrivals.
HBSAN_ABI void __tsan_testonly_barrier_init(std::uint64_t* barrier, std::uint32_t count) {
  __atomic_store_n(barrier, count, __ATOMIC_SEQ_CST);
}

HBSAN_ABI void __tsan_testonly_barrier_wait(std::uint64_t* barrier) {
  const std::uint64_t one = std::uint64_t{1} << 32;
  const std::uint64_t before = __atomic_fetch_add(barrier, one, __ATOMIC_SEQ_CST);
  const auto count = static_cast<std::uint32_t>(before);
  const auto round = static_cast<std::uint32_t>(before >> 32) / count;
  auto* arrivals = reinterpret_cast<std::uint32_t*>(barrier) + 1;
  if (((before >> 32) + 1) % count == 0) {
    hbsan::sys::Call(SYS_futex, reinterpret_cast<long>(arrivals), FUTEX_WAKE, INT_MAX);
    return;
  }
  while (true) {
    const std::uint32_t arrived = __atomic_load_n(arrivals, __ATOMIC_SEQ_CST);
    if (arrived / count != round) return;
    hbsan::sys::Call(SYS_futex, reinterpret_cast<long>(arrivals), FUTEX_WAIT, arrived);
  }
}

HBSAN_ABI std::uintptr_t __tsan_testonly_shadow_stack_current_size() {
  hbsan::RuntimeScope scope;
  return static_cast<std::uintptr_t>(scope.thread().hot->stack_top - scope.thread().frames);
}
