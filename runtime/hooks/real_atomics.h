// The machine's side of atomic operations: plain effects on memory, no edges. Each is at least as
// strong as the program asked: on x86-64 only a sequentially consistent store costs more than a
// weaker one, and only it is told apart.
//
// 16 bytes go through cmpxchg16b (loads through one SSE load where the processor makes that atomic,
// so that constants in read-only memory can be loaded). A misaligned 16-byte operation, which the
// processor refuses, is made under a private lock.
#ifndef HBSAN_RUNTIME_HOOKS_REAL_ATOMICS_H_
#define HBSAN_RUNTIME_HOOKS_REAL_ATOMICS_H_

#include <cstdint>

namespace hbsan {

using Uint128 = unsigned __int128;

template <typename T>
T RealLoad(const volatile T* p) {
  return __atomic_load_n(p, __ATOMIC_SEQ_CST);
}
template <typename T>
void RealStore(volatile T* p, T value, bool sequentially_consistent) {
  if (sequentially_consistent) {
    __atomic_store_n(p, value, __ATOMIC_SEQ_CST);
  } else {
    __atomic_store_n(p, value, __ATOMIC_RELEASE);
  }
}
// True if *p was `expected` and is `desired` now; else `expected` becomes what *p is.
template <typename T>
bool RealCompareExchange(volatile T* p, T& expected, T desired) {
  return __atomic_compare_exchange_n(p, &expected, desired, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST);
}
template <typename T>
T RealExchange(volatile T* p, T value) {
  return __atomic_exchange_n(p, value, __ATOMIC_SEQ_CST);
}

template <>
Uint128 RealLoad(const volatile Uint128* p);
template <>
void RealStore(volatile Uint128* p, Uint128 value, bool sequentially_consistent);
template <>
bool RealCompareExchange(volatile Uint128* p, Uint128& expected, Uint128 desired);
template <>
Uint128 RealExchange(volatile Uint128* p, Uint128 value);

// *p := f(*p) as one step; returns what *p was.
template <typename T, typename F>
T RealUpdate(volatile T* p, F f) {
  T old = RealLoad(p);
  while (!RealCompareExchange(p, old, static_cast<T>(f(old)))) {
  }
  return old;
}

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_HOOKS_REAL_ATOMICS_H_
