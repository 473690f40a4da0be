// AtomicStep: the real effect of an atomic operation and its edges, as one step.
//
// L of a variable is always the clock that goes with the value the variable holds now
// ([intro.races], release sequences as in C++20: read-modify-writes only). For that, whatever
// changes the variable excludes all others while it changes value and L:
//   - a variable with a sync object, by the object's lock;
//   - one without (nobody released to it so far, L is empty), by the lock of the variable's stripe.
//   The object is made under that
//     lock too, so an operation that found none is over before the first release.
// Loads need no lock where they can prove that they have nothing to learn; see LoadsNothingNew.
//
// Variables are told apart by address. If operations of different widths overlap, each object stays
// with its address, marked `mixed`, and every reader acquires from all objects that overlap: too
// much may be ordered then, never too little.
//
// Locks: stripe, then object. Neither is held while anything is reported.
#ifndef HBSAN_RUNTIME_HOOKS_ATOMIC_STEP_H_
#define HBSAN_RUNTIME_HOOKS_ATOMIC_STEP_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <type_traits>

#include "detector/detector.h"

namespace hbsan {

using Order = std::memory_order;

constexpr bool Acquires(Order order) { return order != Order::relaxed && order != Order::release; }
constexpr bool Releases(Order order) {
  return order == Order::release || order == Order::acq_rel || order == Order::seq_cst;
}

class AtomicStep {
 public:
  // Locks the variable [addr, addr + size). `publishes`: the operation may store, with order
  // `order`.
  AtomicStep(Detector& detector, ThreadState& t, Addr addr, std::size_t size, Order order,
             bool publishes);
  // Unlocks; a reader of a mixed variable acquires from the others that overlap.
  ~AtomicStep();
  AtomicStep(const AtomicStep&) = delete;
  AtomicStep& operator=(const AtomicStep&) = delete;

  // What the operation did, after its real effect: Loaded; Stored; or Loaded, then Updated for a
  // read-modify-write.
  void Loaded(Order order);
  void Stored(Order order, std::uintptr_t pc);
  void Updated(Order order, std::uintptr_t pc);

 private:
  void LockVariable(bool make);
  bool TryLockObject(SyncObject* s);
  template <typename Visit>
  void ForEachOverlapping(Visit visit) const;

  Detector& detector_;
  ThreadState& t_;
  const Addr addr_;
  const std::size_t size_;
  SyncObject* object_ = nullptr;  // locked; or none, and
  SpinLock* stripe_ = nullptr;    // locked
  bool mixed_ = false;
  bool changed_ = false;  // object_'s version is odd
  Order loaded_ = Order::relaxed;
  bool read_ = false;
};

// True if `load` read a value whose L the thread covers already, or that nobody released: no edge
// comes of it. Takes no lock. Else nothing is known, and the load must be made again in an
// AtomicStep.
//
// Each change of a variable with an object makes the object's version odd before the real effect
// and even after L's change. An even version that is the same before and after the load means that
// L, read in between, goes with the value that was read.
template <typename Load>
bool LoadsNothingNew(Detector& detector, const ThreadState& t, Addr addr, std::size_t size,
                     Load load);

// --- Implementation ---------------------------------------------------------------------------

namespace atomic_step {

// In SyncObject::host_flags of an atomic's object, with the width of the operations on it. Its
// host_count is the version of LoadsNothingNew.
inline constexpr std::uint16_t kAtomicFlag = 0x8000;

inline constexpr std::size_t kGranule = 16;
inline Addr GranuleOf(Addr addr) { return addr & ~(kGranule - 1); }

// Without the lock, so each part for itself: whoever asks looks again whether `s` has changed.
inline bool KnowsNothing(const SyncObject& s) {
  VectorClock known;
  static_assert(std::is_trivially_copyable_v<VectorClock> && alignof(VectorClock) == 4);
  std::uint32_t words[sizeof(known) / 4];
  for (std::size_t i = 0; i < std::size(words); ++i) {
    words[i] =
        __atomic_load_n(reinterpret_cast<const std::uint32_t*>(&s.known) + i, __ATOMIC_RELAXED);
  }
  std::memcpy(&known, words, sizeof known);
  return known.empty();
}

// The view of a sync object that an atomic's lock-free readers share with its lock's holder.
struct Snapshot {
  std::uint32_t version = 0;
  Addr address = 0;
  Epoch released;
  bool exact = false;  // made for atomics, of this width, not mixed, and `single`
};

inline Snapshot Look(const SyncObject& s, std::size_t size) {
  Snapshot look;
  look.version = __atomic_load_n(&s.host_count, __ATOMIC_ACQUIRE);  // pairs with ~AtomicStep
  look.address = __atomic_load_n(&s.address, __ATOMIC_RELAXED);
  __atomic_load(&s.released, &look.released, __ATOMIC_RELAXED);
  const bool single =
      __atomic_load_n(&s.single, __ATOMIC_RELAXED) || (look.released.empty() && KnowsNothing(s));
  const std::uint16_t flags = __atomic_load_n(&s.host_flags, __ATOMIC_RELAXED);
  look.exact = single && look.version % 2 == 0 && flags == (kAtomicFlag | size);
  return look;
}

inline bool Unchanged(const SyncObject& s, const Snapshot& before) {
  std::atomic_thread_fence(std::memory_order_acquire);  // the loads in between stay in between
  return __atomic_load_n(&s.host_count, __ATOMIC_RELAXED) == before.version &&
         __atomic_load_n(&s.address, __ATOMIC_RELAXED) == before.address;
}

// No sync object whose address lies in a 16-byte granule of the range.
inline bool NoObjectsNear(Detector& detector, Addr addr, std::size_t size) {
  for (Addr word = GranuleOf(addr); word < addr + size; word += kCellBytes) {
    if (detector.shadow().SyncCell(word)->load(std::memory_order_acquire) != 0) return false;
  }
  return true;
}

}  // namespace atomic_step

template <typename Load>
bool LoadsNothingNew(Detector& detector, const ThreadState& t, Addr addr, std::size_t size,
                     Load load) {
  load();
  // After the load: whoever released what it read had made the object before.
  if (atomic_step::NoObjectsNear(detector, addr, size)) return true;
  const SyncObject* s = detector.FindSync(addr);
  if (s == nullptr) return false;
  const atomic_step::Snapshot before = atomic_step::Look(*s, size);
  if (!before.exact || before.address != addr || !detector.Covers(t, before.released)) return false;
  load();
  return atomic_step::Unchanged(*s, before);
}

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_HOOKS_ATOMIC_STEP_H_
