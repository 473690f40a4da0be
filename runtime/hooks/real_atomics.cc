#include "runtime/hooks/real_atomics.h"

#include <cpuid.h>
#include <emmintrin.h>

#include <atomic>
#include <bit>

#include "detector/memory.h"

namespace hbsan {
namespace {

constinit SpinLock misaligned_lock;

bool Misaligned(const volatile void* p) { return reinterpret_cast<std::uintptr_t>(p) % 16 != 0; }

// Intel and AMD guarantee aligned 16-byte SSE accesses to be atomic on every processor with AVX.
bool HasAtomicSseLoads() {
  enum : int { kUnknown, kNo, kYes };
  static constinit std::atomic<int> known{kUnknown};
  int has = known.load(std::memory_order_relaxed);
  if (has == kUnknown) {
    unsigned a = 0, b = 0, c = 0, d = 0;
    has = __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_AVX) != 0 ? kYes : kNo;
    known.store(has, std::memory_order_relaxed);
  }
  return has == kYes;
}

// The compiler would make a library call of it: not every x86-64 processor has the instruction.
Uint128 CompareAndSwap(volatile Uint128* p, Uint128 expected, Uint128 desired) {
  auto low = static_cast<std::uint64_t>(expected);
  auto high = static_cast<std::uint64_t>(expected >> 64);
  asm volatile("lock; cmpxchg16b %0"
               : "+m"(*p), "+a"(low), "+d"(high)
               : "b"(static_cast<std::uint64_t>(desired)),
                 "c"(static_cast<std::uint64_t>(desired >> 64))
               : "memory", "cc");
  return Uint128{high} << 64 | low;
}

struct __attribute__((packed, may_alias)) Unaligned {
  Uint128 value;
};

// Misaligned memory, with misaligned_lock held.
Uint128 Get(const volatile Uint128* p) {
  return reinterpret_cast<const volatile Unaligned*>(p)->value;
}
void Put(volatile Uint128* p, Uint128 value) {
  reinterpret_cast<volatile Unaligned*>(p)->value = value;
}

}  // namespace

template <>
Uint128 RealLoad(const volatile Uint128* p) {
  if (Misaligned(p)) {
    SpinLockHolder hold(misaligned_lock);
    return Get(p);
  }
  if (!HasAtomicSseLoads()) return CompareAndSwap(const_cast<volatile Uint128*>(p), 0, 0);
  __m128i value;
  asm volatile("movdqa %1, %0" : "=x"(value) : "m"(*p) : "memory");
  return std::bit_cast<Uint128>(value);
}

template <>
bool RealCompareExchange(volatile Uint128* p, Uint128& expected, Uint128 desired) {
  if (Misaligned(p)) {
    SpinLockHolder hold(misaligned_lock);
    const Uint128 old = Get(p);
    const bool equal = old == expected;
    if (equal) Put(p, desired);
    expected = old;
    return equal;
  }
  const Uint128 old = CompareAndSwap(p, expected, desired);
  const bool equal = old == expected;
  expected = old;
  return equal;
}

template <>
Uint128 RealExchange(volatile Uint128* p, Uint128 value) {
  return RealUpdate(p, [value](Uint128) { return value; });
}

template <>
void RealStore(volatile Uint128* p, Uint128 value, bool) {
  RealExchange(p, value);
}

}  // namespace hbsan
