// Mutex, as Go's sync.Mutex; also std's Lockable (std::lock_guard, std::unique_lock, ...).
//
// The nth Unlock is ordered before the return of every later Lock. Any goroutine may unlock it.
// Fair enough: a goroutine that waited for a millisecond gets the lock handed over (Go's starvation
// mode); otherwise whoever comes first has it.
#ifndef GOSYNC_MUTEX_H_
#define GOSYNC_MUTEX_H_

#include <cstdint>

#include "gosync/atomic_cell.h"
#include "gosync/clock.h"
#include "gosync/spin_lock.h"
#include "gosync/wait_queue.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {
class UnseenHolder;
}

class Mutex {
 public:
  constexpr Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  GOSYNC_UNCHECKED void Lock() {
    LockUnseen();
    clock_.Lock(this, GOSYNC_PC(), /*shared=*/false);
  }
  // One that fails orders nothing.
  GOSYNC_UNCHECKED bool TryLock() {
    std::uint32_t state = state_.load(std::memory_order_relaxed);
    if ((state & kLocked) != 0 || !Take(state)) return false;
    clock_.Lock(this, GOSYNC_PC(), /*shared=*/false);
    return true;
  }
  // Of a mutex that is not locked: fatal. With detection also if somebody else unlocked it between
  // the caller's Lock and Unlock where nothing but plain accesses is between them: it only happens
  // to be locked again.
  GOSYNC_UNCHECKED void Unlock() {
    clock_.Unlock(clock_, this, GOSYNC_PC());
    UnlockUnseen();
  }

  // Who locks it by these unlocks it himself, as std's Lockable has it.
  GOSYNC_INLINE void lock() {
    Lock();
    detail::NoteOwned(this, /*shared=*/false);
  }
  GOSYNC_INLINE bool try_lock() {
    if (!TryLock()) return false;
    detail::NoteOwned(this, /*shared=*/false);
    return true;
  }
  GOSYNC_INLINE void unlock() { Unlock(); }

 private:
  friend class RWMutex;
  friend class detail::UnseenHolder;
  static constexpr std::uint32_t kLocked = 1;
  static constexpr std::uint32_t kWaiting = 2;  // the queue is not empty
  static constexpr std::uint32_t kWoken = 4;    // somebody is about to try: wake no other

  GOSYNC_UNCHECKED void LockUnseen() {
    std::uint32_t free = 0;
    if (!state_.compare_exchange_strong(free, kLocked, std::memory_order_acquire,
                                        std::memory_order_relaxed)) {
      LockSlow();
    }
  }
  GOSYNC_UNCHECKED void UnlockUnseen() {
    std::uint32_t locked = kLocked;
    if (!state_.compare_exchange_strong(locked, 0, std::memory_order_release,
                                        std::memory_order_relaxed)) {
      UnlockSlow();
    }
  }
  GOSYNC_UNCHECKED bool Take(std::uint32_t& state) {
    return state_.compare_exchange_weak(state, state | kLocked, std::memory_order_acquire,
                                        std::memory_order_relaxed);
  }
  void LockSlow();
  void UnlockSlow();

  detail::AtomicCell<std::uint32_t> state_{0};
  detail::SpinLock queue_lock_;
  detail::WaitQueue queue_;
  detail::Clock clock_;
};

namespace detail {

// Holds a mutex that guards the library's own state where a SpinLock would be held for too long. It
// orders nothing in the detector's eyes.
class UnseenHolder {
 public:
  GOSYNC_UNCHECKED explicit UnseenHolder(Mutex& mutex) : mutex_(mutex) { mutex_.LockUnseen(); }
  GOSYNC_UNCHECKED ~UnseenHolder() { mutex_.UnlockUnseen(); }
  UnseenHolder(const UnseenHolder&) = delete;
  UnseenHolder& operator=(const UnseenHolder&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace detail

}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_MUTEX_H_
