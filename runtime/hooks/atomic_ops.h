// Atomic operations of the program: the real effect, its edges, and the operation's own access.
//
// An operation is an access of flavor kAtomic besides: it races with plain accesses of its
// variable. When that access is made matters:
//   - after the acquire: a load that reads from a release store is ordered after everything before
//   that store, the variable's
//     own initialisation included;
//   - before the release: who reads from the store is ordered after the store itself, and may go on
//   to destroy the variable.
// So a load synchronises, then checks; a store, and a read-modify-write that stores whatever it
// reads and acquires nothing, checks, then synchronises; another read-modify-write checks in
// between, with the variable locked.
#ifndef HBSAN_RUNTIME_HOOKS_ATOMIC_OPS_H_
#define HBSAN_RUNTIME_HOOKS_ATOMIC_OPS_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "detector/detector.h"
#include "runtime/hooks/atomic_step.h"
#include "runtime/hooks/ignore.h"
#include "runtime/hooks/real_atomics.h"
#include "runtime/report/report.h"
#include "runtime/runtime.h"

namespace hbsan {

// A __ATOMIC_* constant as compilers pass it; bits above the order (lock elision hints) mean
// nothing here.
inline Order OrderOf(int abi) {
  switch (abi & 0x7fff) {
    case __ATOMIC_RELAXED:
      return Order::relaxed;
    case __ATOMIC_CONSUME:
    case __ATOMIC_ACQUIRE:
      return Order::acquire;
    case __ATOMIC_RELEASE:
      return Order::release;
    case __ATOMIC_ACQ_REL:
      return Order::acq_rel;
    default:
      return Order::seq_cst;
  }
}

// The access that an operation is, and the race that it is in.
class OwnAccess {
 public:
  OwnAccess(ThreadState& t, std::uintptr_t pc, const volatile void* p, std::size_t size)
      : t_(t), pc_(pc), addr_(reinterpret_cast<Addr>(p)), size_(size) {}
  void Check(AccessKind kind) {
    Detector& detector = TheDetector();
    if (IgnoresAccess(t_, kind) || detector.IsOwnAtomic(t_, kind, addr_, size_)) return;
    detector.CheckAtomic(t_, {pc_, kind, AccessFlavor::kAtomic}, addr_, size_, race_);
  }
  // The operation is over: with no lock of the runtime held.
  void Finish() {
    if (race_) ReportRace(t_, *race_);
    ReclaimIfDue();
  }

 private:
  ThreadState& t_;
  const std::uintptr_t pc_;
  const Addr addr_;
  const std::size_t size_;
  std::optional<Race> race_;
};

// Operations on any memory by what they do for real; `size` may exceed what the machine does at
// once, if `real` is exclusive by itself towards those that pass by the detector.

// real() loads.
template <typename Real>
void DoLoad(const volatile void* p, std::size_t size, Order order, std::uintptr_t pc, Real real) {
  if (InRuntime()) return real();
  RuntimeScope scope;
  ThreadState& t = scope.thread();
  const Addr addr = reinterpret_cast<Addr>(p);
  if (IgnoresSync(t)) {
    real();
  } else if (!LoadsNothingNew(TheDetector(), t, addr, size, real)) {
    AtomicStep step(TheDetector(), t, addr, size, order, /*publishes=*/false);
    real();
    step.Loaded(order);
  }
  OwnAccess access(t, pc, p, size);
  access.Check(AccessKind::kRead);
  access.Finish();
}

// real() stores.
template <typename Real>
void DoStore(volatile void* p, std::size_t size, Order order, std::uintptr_t pc, Real real) {
  if (InRuntime()) return real();
  RuntimeScope scope;
  ThreadState& t = scope.thread();
  OwnAccess access(t, pc, p, size);
  access.Check(AccessKind::kWrite);
  if (IgnoresSync(t)) {
    real();
  } else {
    AtomicStep step(TheDetector(), t, reinterpret_cast<Addr>(p), size, order, /*publishes=*/true);
    real();
    step.Stored(order, pc);
  }
  access.Finish();
}

// real() loads, and stores if it returns true, as it always does if `stores`; `failure` is the
// load's order if it returns false.
template <typename Real>
bool DoUpdate(volatile void* p, std::size_t size, Order order, Order failure, bool stores,
              std::uintptr_t pc, Real real) {
  if (InRuntime()) return real();
  RuntimeScope scope;
  ThreadState& t = scope.thread();
  OwnAccess access(t, pc, p, size);
  const bool checks_first = stores && !Acquires(order);
  if (checks_first) access.Check(AccessKind::kWrite);
  const auto check = [&](bool stored) {
    if (!checks_first) access.Check(stored ? AccessKind::kWrite : AccessKind::kRead);
  };
  bool stored = false;
  if (IgnoresSync(t)) {
    stored = real();
    check(stored);
  } else {
    AtomicStep step(TheDetector(), t, reinterpret_cast<Addr>(p), size, order, /*publishes=*/true);
    stored = real();
    step.Loaded(stored ? order : failure);
    check(stored);
    if (stored) step.Updated(order, pc);
  }
  access.Finish();
  return stored;
}

template <typename T>
T AtomicLoad(const volatile T* p, Order order, std::uintptr_t pc) {
  T value;
  DoLoad(p, sizeof(T), order, pc, [&] { value = RealLoad(p); });
  return value;
}

template <typename T>
void AtomicStore(volatile T* p, T value, Order order, std::uintptr_t pc) {
  DoStore(p, sizeof(T), order, pc, [&] { RealStore(p, value, order == Order::seq_cst); });
}

// `update` maps the address to what was there before it changed it.
template <typename T, typename Update>
T AtomicUpdate(volatile T* p, Order order, std::uintptr_t pc, Update update) {
  T old;
  DoUpdate(p, sizeof(T), order, order, /*stores=*/true, pc, [&] {
    old = update(p);
    return true;
  });
  return old;
}

template <typename T>
bool AtomicCompareExchange(volatile T* p, T& expected, T desired, Order order, Order failure,
                           std::uintptr_t pc) {
  return DoUpdate(p, sizeof(T), order, failure, /*stores=*/false, pc,
                  [&] { return RealCompareExchange(p, expected, desired); });
}

// atomic_thread_fence, the real one included.
void AtomicFence(Order order, std::uintptr_t pc);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_HOOKS_ATOMIC_OPS_H_
