// __tsan_atomic*: what compilers call for std::atomic, __atomic_* and __sync_*.
#include "runtime/hooks/atomic_ops.h"

namespace hbsan {

void AtomicFence(Order order, std::uintptr_t pc) {
  if (order == Order::seq_cst) {
    // A full fence; on AMD and Intel a good deal cheaper than mfence.
    asm volatile("lock; orl $0, (%%rsp)" ::: "memory", "cc");
  } else {
    asm volatile("" ::: "memory");
  }
  if (order == Order::relaxed || InRuntime()) return;
  RuntimeScope scope;
  ThreadState& t = scope.thread();
  if (IgnoresSync(t)) return;
  // Acquire first: what it learns is published by the stores after the fence. The total order of
  // sequentially consistent fences says which values may be read; it orders nothing beyond that.
  if (Acquires(order)) TheDetector().FenceAcquire(t);
  if (Releases(order)) TheDetector().FenceRelease(t, pc);
}

}  // namespace hbsan

using hbsan::AtomicCompareExchange;
using hbsan::OrderOf;

#define UPDATE(bits, type, name, expression)                                                  \
  HBSAN_ABI type __tsan_atomic##bits##_##name(volatile type* p, type v, int order) {          \
    return hbsan::AtomicUpdate(p, OrderOf(order), HBSAN_CALLER_PC(), [v](volatile type* at) { \
      return hbsan::RealUpdate(at, [v](type old) { return static_cast<type>(expression); });  \
    });                                                                                       \
  }

#define ATOMICS(bits, type)                                                                    \
  HBSAN_ABI type __tsan_atomic##bits##_load(const volatile type* p, int order) {               \
    return hbsan::AtomicLoad(p, OrderOf(order), HBSAN_CALLER_PC());                            \
  }                                                                                            \
  HBSAN_ABI void __tsan_atomic##bits##_store(volatile type* p, type v, int order) {            \
    hbsan::AtomicStore(p, v, OrderOf(order), HBSAN_CALLER_PC());                               \
  }                                                                                            \
  HBSAN_ABI type __tsan_atomic##bits##_exchange(volatile type* p, type v, int order) {         \
    return hbsan::AtomicUpdate(p, OrderOf(order), HBSAN_CALLER_PC(),                           \
                               [v](volatile type* at) { return hbsan::RealExchange(at, v); }); \
  }                                                                                            \
  UPDATE(bits, type, fetch_add, old + v)                                                       \
  UPDATE(bits, type, fetch_sub, old - v)                                                       \
  UPDATE(bits, type, fetch_and, old& v)                                                        \
  UPDATE(bits, type, fetch_or, old | v)                                                        \
  UPDATE(bits, type, fetch_xor, old ^ v)                                                       \
  UPDATE(bits, type, fetch_nand, ~(old & v))                                                   \
  HBSAN_ABI int __tsan_atomic##bits##_compare_exchange_strong(                                 \
      volatile type* p, type* expected, type desired, int order, int failure) {                \
    return AtomicCompareExchange(p, *expected, desired, OrderOf(order), OrderOf(failure),      \
                                 HBSAN_CALLER_PC());                                           \
  }                                                                                            \
  HBSAN_ABI int __tsan_atomic##bits##_compare_exchange_weak(                                   \
      volatile type* p, type* expected, type desired, int order, int failure) {                \
    return AtomicCompareExchange(p, *expected, desired, OrderOf(order), OrderOf(failure),      \
                                 HBSAN_CALLER_PC());                                           \
  }                                                                                            \
  HBSAN_ABI type __tsan_atomic##bits##_compare_exchange_val(                                   \
      volatile type* p, type expected, type desired, int order, int failure) {                 \
    AtomicCompareExchange(p, expected, desired, OrderOf(order), OrderOf(failure),              \
                          HBSAN_CALLER_PC());                                                  \
    return expected;                                                                           \
  }

ATOMICS(8, std::uint8_t)
ATOMICS(16, std::uint16_t)
ATOMICS(32, std::uint32_t)
ATOMICS(64, std::uint64_t)
ATOMICS(128, hbsan::Uint128)

HBSAN_ABI void __tsan_atomic_thread_fence(int order) {
  hbsan::AtomicFence(OrderOf(order), HBSAN_CALLER_PC());
}

// Orders a thread with its own signal handlers, which run in its program order anyway: no edge.
HBSAN_ABI void __tsan_atomic_signal_fence(int) { asm volatile("" ::: "memory"); }
