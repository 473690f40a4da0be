// __atomic_*: the library calls that compilers make of atomic operations they do not expand (16
// bytes without -mcx16, other sizes, and unoptimised code). libatomic is not instrumented, so its
// operations would order nothing.
//
// Sizes that the machine does at once are done as libatomic does them; others under a lock of their
// own.
#include <cstring>

#include "runtime/hooks/atomic_ops.h"

namespace hbsan {
namespace {

struct alignas(64) Large {
  SpinLock lock;
};
constinit Large large[64];

// An object is always accessed as a whole, at its own address.
SpinLock& LargeLock(const volatile void* p) {
  return large[(reinterpret_cast<Addr>(p) * 0x9e3779b97f4a7c15u) >> 58].lock;
}

template <typename T>
T* As(volatile void* p) {
  return static_cast<T*>(const_cast<void*>(p));
}

// visit(T{}) for the T of `size` bytes that fits the address; false if there is none.
template <typename Visit>
bool Lockfree(std::size_t size, const volatile void* p, Visit visit) {
  if (size == 0 || reinterpret_cast<Addr>(p) % size != 0) return false;
  switch (size) {
    case 1:
      visit(std::uint8_t{});
      return true;
    case 2:
      visit(std::uint16_t{});
      return true;
    case 4:
      visit(std::uint32_t{});
      return true;
    case 8:
      visit(std::uint64_t{});
      return true;
    case 16:
      visit(Uint128{});
      return true;
    default:
      return false;
  }
}

template <typename T>
T Get(const void* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <typename T>
void Put(void* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

}  // namespace

// What the operations read and write besides the atomic object itself is the caller's, and plain.

void LibraryLoad(std::size_t size, const volatile void* p, void* result, int order,
                 std::uintptr_t pc) {
  CheckMemory(pc, AccessKind::kWrite, result, size);
  const bool done = Lockfree(size, p, [&]<typename T>(T) {
    Put(result, AtomicLoad(static_cast<const volatile T*>(p), OrderOf(order), pc));
  });
  if (done) return;
  DoLoad(p, size, OrderOf(order), pc, [&] {
    SpinLockHolder hold(LargeLock(p));
    std::memcpy(result, const_cast<const void*>(p), size);
  });
}

void LibraryStore(std::size_t size, volatile void* p, const void* value, int order,
                  std::uintptr_t pc) {
  CheckMemory(pc, AccessKind::kRead, value, size);
  const bool done = Lockfree(
      size, p, [&]<typename T>(T) { AtomicStore(As<T>(p), Get<T>(value), OrderOf(order), pc); });
  if (done) return;
  DoStore(p, size, OrderOf(order), pc, [&] {
    SpinLockHolder hold(LargeLock(p));
    std::memcpy(As<void>(p), value, size);
  });
}

void LibraryExchange(std::size_t size, volatile void* p, const void* value, void* result, int order,
                     std::uintptr_t pc) {
  CheckMemory(pc, AccessKind::kRead, value, size);
  CheckMemory(pc, AccessKind::kWrite, result, size);
  const bool done = Lockfree(size, p, [&]<typename T>(T) {
    const T v = Get<T>(value);
    Put(result, AtomicUpdate(As<T>(p), OrderOf(order), pc,
                             [v](volatile T* at) { return RealExchange(at, v); }));
  });
  if (done) return;
  DoUpdate(p, size, OrderOf(order), OrderOf(order), /*stores=*/true, pc, [&] {
    SpinLockHolder hold(LargeLock(p));
    std::memcpy(result, As<void>(p), size);
    std::memcpy(As<void>(p), value, size);
    return true;
  });
}

bool LibraryCompareExchange(std::size_t size, volatile void* p, void* expected, const void* desired,
                            int order, int failure, std::uintptr_t pc) {
  CheckMemory(pc, AccessKind::kRead, expected, size);
  CheckMemory(pc, AccessKind::kRead, desired, size);
  bool stored = false;
  const bool done = Lockfree(size, p, [&]<typename T>(T) {
    T wanted = Get<T>(expected);
    stored = AtomicCompareExchange(As<T>(p), wanted, Get<T>(desired), OrderOf(order),
                                   OrderOf(failure), pc);
    if (stored) return;
    CheckMemory(pc, AccessKind::kWrite, expected, size);
    Put(expected, wanted);
  });
  if (done) return stored;
  return DoUpdate(p, size, OrderOf(order), OrderOf(failure), /*stores=*/false, pc, [&] {
    SpinLockHolder hold(LargeLock(p));
    const bool equal = std::memcmp(As<void>(p), expected, size) == 0;
    if (equal) {
      std::memcpy(As<void>(p), desired, size);
    } else {
      std::memcpy(expected, As<void>(p), size);
    }
    return equal;
  });
}

}  // namespace hbsan

using hbsan::OrderOf;

// The generic forms are builtins to the compiler: they are defined under names of our own, and
// called by theirs.
#define LIBRARY(ret, name, ...)                                            \
  extern "C" ret hbsan_library_##name(__VA_ARGS__) asm("__atomic_" #name); \
  HBSAN_ABI __attribute__((weak)) ret hbsan_library_##name(__VA_ARGS__)

LIBRARY(void, load, std::size_t size, const volatile void* p, void* result, int order) {
  hbsan::LibraryLoad(size, p, result, order, HBSAN_CALLER_PC());
}
LIBRARY(void, store, std::size_t size, volatile void* p, const void* value, int order) {
  hbsan::LibraryStore(size, p, value, order, HBSAN_CALLER_PC());
}
LIBRARY(void, exchange, std::size_t size, volatile void* p, const void* value, void* result,
        int order) {
  hbsan::LibraryExchange(size, p, value, result, order, HBSAN_CALLER_PC());
}
LIBRARY(bool, compare_exchange, std::size_t size, volatile void* p, void* expected,
        const void* desired, int order, int failure) {
  return hbsan::LibraryCompareExchange(size, p, expected, desired, order, failure,
                                       HBSAN_CALLER_PC());
}

#define LIBRARY_UPDATES(bytes, type, name, expression)                                           \
  LIBRARY(type, fetch_##name##_##bytes, volatile type* p, type v, int order) {                   \
    return hbsan::AtomicUpdate(p, OrderOf(order), HBSAN_CALLER_PC(), [v](volatile type* at) {    \
      return hbsan::RealUpdate(at, [v](type old) { return static_cast<type>(expression); });     \
    });                                                                                          \
  }                                                                                              \
  LIBRARY(type, name##_fetch_##bytes, volatile type* p, type v, int order) {                     \
    const type old =                                                                             \
        hbsan::AtomicUpdate(p, OrderOf(order), HBSAN_CALLER_PC(), [v](volatile type* at) {       \
          return hbsan::RealUpdate(at, [v](type old) { return static_cast<type>(expression); }); \
        });                                                                                      \
    return static_cast<type>(expression);                                                        \
  }

#define LIBRARY_SIZE(bytes, type)                                                                \
  LIBRARY(type, load_##bytes, const volatile type* p, int order) {                               \
    return hbsan::AtomicLoad(p, OrderOf(order), HBSAN_CALLER_PC());                              \
  }                                                                                              \
  LIBRARY(void, store_##bytes, volatile type* p, type v, int order) {                            \
    hbsan::AtomicStore(p, v, OrderOf(order), HBSAN_CALLER_PC());                                 \
  }                                                                                              \
  LIBRARY(type, exchange_##bytes, volatile type* p, type v, int order) {                         \
    return hbsan::AtomicUpdate(p, OrderOf(order), HBSAN_CALLER_PC(),                             \
                               [v](volatile type* at) { return hbsan::RealExchange(at, v); });   \
  }                                                                                              \
  LIBRARY(bool, compare_exchange_##bytes, volatile type* p, type* expected, type desired,        \
          int order, int failure) {                                                              \
    return hbsan::AtomicCompareExchange(p, *expected, desired, OrderOf(order), OrderOf(failure), \
                                        HBSAN_CALLER_PC());                                      \
  }                                                                                              \
  LIBRARY_UPDATES(bytes, type, add, old + v)                                                     \
  LIBRARY_UPDATES(bytes, type, sub, old - v)                                                     \
  LIBRARY_UPDATES(bytes, type, and, old& v)                                                      \
  LIBRARY_UPDATES(bytes, type, or, old | v)                                                      \
  LIBRARY_UPDATES(bytes, type, xor, old ^ v)                                                     \
  LIBRARY_UPDATES(bytes, type, nand, ~(old & v))

LIBRARY_SIZE(1, std::uint8_t)
LIBRARY_SIZE(2, std::uint16_t)
LIBRARY_SIZE(4, std::uint32_t)
LIBRARY_SIZE(8, std::uint64_t)
LIBRARY_SIZE(16, hbsan::Uint128)

LIBRARY(bool, is_lock_free, std::size_t size, const volatile void* p) {
  return hbsan::Lockfree(size, p, [](auto) {});
}
