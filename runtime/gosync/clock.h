// What the primitives tell the detector. Without detection every function here is empty.
//
// A Clock is L of the contract: it lives in the primitive it belongs to and starts empty. Who calls
// one of its functions excludes all others from that Clock. `pc` is where the program called.
#ifndef GOSYNC_CLOCK_H_
#define GOSYNC_CLOCK_H_

#include <cstddef>
#include <cstdint>

#include "gosync/config.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

// Operations that are modelled as accesses, named in reports.
enum class Operation : std::uint8_t { kSend, kClose, kWaitGroupAdd, kWaitGroupWait };

// The program's return address of the function that says so.
#if GOSYNC_RACE
#define GOSYNC_PC() (reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)))
#else
#define GOSYNC_PC() (std::uintptr_t{0})
#endif

#if GOSYNC_RACE

// Layout of hbsan::EmbeddedClock.
struct ClockWords {
  std::uint64_t words[3] = {};
  GOSYNC_UNCHECKED bool Empty() const { return (words[0] | words[1] | words[2]) == 0; }
};
// What an exchange leaves to be learned: see Clock.
struct Taken {
  ClockWords l;
};

extern "C" {
void __hbsan_go_acquire(const ClockWords* l);
void __hbsan_go_release(ClockWords* l, const void* object, std::uintptr_t pc);
void __hbsan_go_release_store(ClockWords* l, const void* object, std::uintptr_t pc);
void __hbsan_go_exchange(ClockWords* l, ClockWords* taken, const void* object, std::uintptr_t pc);
void __hbsan_go_take(ClockWords* l);
void __hbsan_go_exchange_for_two(ClockWords* slot, ClockWords* taken, ClockWords* offer,
                                 ClockWords* box, const void* object, std::uintptr_t pc);
void __hbsan_go_meet(ClockWords* offer, ClockWords* box, const void* object, std::uintptr_t pc);
void __hbsan_go_copy(ClockWords* to, const ClockWords* from);
void __hbsan_go_drop(ClockWords* l);
void __hbsan_go_operation(unsigned operation, const void* object, std::uintptr_t pc);
void __hbsan_go_lock(const ClockWords* l, const void* object, std::uintptr_t pc, unsigned shared);
void __hbsan_go_owns(const void* object, unsigned shared);
unsigned __hbsan_go_unlock(const ClockWords* locked, ClockWords* l, const void* object,
                           std::uintptr_t pc);
void __hbsan_go_written(const void* p, std::size_t size, std::uintptr_t pc);
void __hbsan_go_fresh(const void* p, std::size_t size);
void __hbsan_go_hide(int change);
void __tsan_ignore_thread_begin();
void __tsan_ignore_thread_end();
}

// exit() was called: goroutines may still use primitives that are destroyed.
bool Exiting();
// Of a lock that its owner gives back, but that another goroutine has given back before.
[[noreturn]] void LostLock();

class Clock {
 public:
  constexpr Clock() = default;
  GOSYNC_UNCHECKED ~Clock() {
    if (!Exiting()) Drop();
  }
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

  // C := C ⊔ L
  GOSYNC_UNCHECKED void Acquire() const { __hbsan_go_acquire(&l_); }
  // L := L ⊔ C
  GOSYNC_UNCHECKED void Release(const void* object, std::uintptr_t pc) {
    __hbsan_go_release(&l_, object, pc);
  }
  // Acquire by the lock of a mutex, and Release by its unlock; `locked` is the clock that the lock
  // acquired. Notes for reports what is held.
  GOSYNC_UNCHECKED void Lock(const void* mutex, std::uintptr_t pc, bool shared) const {
    __hbsan_go_lock(&l_, mutex, pc, shared ? 1 : 0);
  }
  GOSYNC_UNCHECKED void Unlock(const Clock& locked, const void* mutex, std::uintptr_t pc) {
    if (__hbsan_go_unlock(&locked.l_, &l_, mutex, pc) != 0) LostLock();
  }
  // L := C
  GOSYNC_UNCHECKED void ReleaseStore(const void* object, std::uintptr_t pc) {
    __hbsan_go_release_store(&l_, object, pc);
  }
  // C := C ⊔ L, L := empty
  GOSYNC_UNCHECKED void Take() {
    if (!l_.Empty()) __hbsan_go_take(&l_);
  }
  // L := old C while C := C ⊔ old L. The caller learns the latter by Learn, when it no longer has
  // to exclude others.
  GOSYNC_UNCHECKED void Exchange(Taken& taken, const void* object, std::uintptr_t pc) {
    __hbsan_go_exchange(&l_, &taken.l, object, pc);
  }
  GOSYNC_UNCHECKED static void Learn(Taken& taken) {
    if (!taken.l.Empty()) __hbsan_go_take(&taken.l);
  }
  // The caller and a waiter use this slot one after the other: the caller exchanges its clock with
  // it, then the waiter, whose clock is `offer`; what the waiter learns goes to `box`.
  GOSYNC_UNCHECKED void ExchangeForTwo(Taken& taken, Clock& offer, Clock& box, const void* object,
                                       std::uintptr_t pc) {
    __hbsan_go_exchange_for_two(&l_, &taken.l, &offer.l_, &box.l_, object, pc);
  }
  // The caller and a waiter meet without a slot: each learns what the other knew.
  GOSYNC_UNCHECKED static void Meet(Clock& offer, Clock& box, const void* object,
                                    std::uintptr_t pc) {
    __hbsan_go_meet(&offer.l_, &box.l_, object, pc);
  }
  // L := other's L. Needs no goroutine.
  GOSYNC_UNCHECKED void Copy(const Clock& other) { __hbsan_go_copy(&l_, &other.l_); }
  // L := empty. Needs no goroutine.
  GOSYNC_UNCHECKED void Drop() {
    if (!l_.Empty()) __hbsan_go_drop(&l_);
  }

 private:
  ClockWords l_;
};

GOSYNC_UNCHECKED inline void NoteOperation(Operation operation, const void* object,
                                           std::uintptr_t pc) {
  __hbsan_go_operation(static_cast<unsigned>(operation), object, pc);
}
// Right after the lock: only the caller will unlock it.
GOSYNC_UNCHECKED inline void NoteOwned(const void* mutex, bool shared) {
  __hbsan_go_owns(mutex, shared ? 1 : 0);
}
// The library wrote to memory of the program in its stead.
GOSYNC_UNCHECKED inline void NoteWritten(const void* p, std::size_t size, std::uintptr_t pc) {
  __hbsan_go_written(p, size, pc);
}
// The memory starts a new life: no history.
GOSYNC_UNCHECKED inline void NoteFresh(const void* p, std::size_t size) {
  __hbsan_go_fresh(p, size);
}
// While it lives, the accesses of the program's code that the library calls (moves of elements into
// and out of its buffers) are the library's.
class Unseen {
 public:
  GOSYNC_UNCHECKED Unseen() { __tsan_ignore_thread_begin(); }
  GOSYNC_UNCHECKED ~Unseen() { __tsan_ignore_thread_end(); }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
};
// The same for what that code synchronises with as well.
class Hidden {
 public:
  GOSYNC_UNCHECKED Hidden() { __hbsan_go_hide(1); }
  GOSYNC_UNCHECKED ~Hidden() { __hbsan_go_hide(-1); }
  Hidden(const Hidden&) = delete;
  Hidden& operator=(const Hidden&) = delete;
};

#else

struct Taken {};
class Clock {
 public:
  void Acquire() const {}
  void Take() {}
  void Release(const void*, std::uintptr_t) {}
  void Lock(const void*, std::uintptr_t, bool) const {}
  void Unlock(const Clock&, const void*, std::uintptr_t) {}
  void ReleaseStore(const void*, std::uintptr_t) {}
  void Exchange(Taken&, const void*, std::uintptr_t) {}
  static void Learn(Taken&) {}
  void ExchangeForTwo(Taken&, Clock&, Clock&, const void*, std::uintptr_t) {}
  static void Meet(Clock&, Clock&, const void*, std::uintptr_t) {}
  void Copy(const Clock&) {}
  void Drop() {}
};

inline void NoteOperation(Operation, const void*, std::uintptr_t) {}
inline void NoteOwned(const void*, bool) {}
inline void NoteWritten(const void*, std::size_t, std::uintptr_t) {}
inline void NoteFresh(const void*, std::size_t) {}
class Unseen {
 public:
  Unseen() {}
};
class Hidden {
 public:
  Hidden() {}
};

#endif

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_CLOCK_H_
