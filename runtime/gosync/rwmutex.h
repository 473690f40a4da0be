// RWMutex, as Go's sync.RWMutex; also std's SharedLockable (std::shared_lock, ...).
//
// Unlock is ordered before every later Lock and RLock, RUnlock before every later Lock; readers do
// not order each other. A writer that waits keeps later readers out.
#ifndef GOSYNC_RWMUTEX_H_
#define GOSYNC_RWMUTEX_H_

#include <cstdint>

#include "gosync/atomic_cell.h"
#include "gosync/mutex.h"
#include "gosync/semaphore_queue.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {

class RWMutex {
 public:
  constexpr RWMutex() = default;
  RWMutex(const RWMutex&) = delete;
  RWMutex& operator=(const RWMutex&) = delete;

  void Lock();
  bool TryLock();  // one that fails orders nothing
  void Unlock();   // of one that is not locked: fatal
  GOSYNC_UNCHECKED void RLock() {
    if (readers_.fetch_add(1, std::memory_order_acquire) < 0) WaitForWriter();
    write_clock_.Lock(this, GOSYNC_PC(), /*shared=*/true);
  }
  bool TryRLock();
  GOSYNC_UNCHECKED void RUnlock() {
    ReleaseReader(GOSYNC_PC());
    if (readers_.fetch_sub(1, std::memory_order_release) <= 0) RUnlockSlow();
  }

  // Who locks it by these unlocks it himself, as std's SharedLockable has it.
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
  GOSYNC_INLINE void lock_shared() {
    RLock();
    detail::NoteOwned(this, /*shared=*/true);
  }
  GOSYNC_INLINE bool try_lock_shared() {
    if (!TryRLock()) return false;
    detail::NoteOwned(this, /*shared=*/true);
    return true;
  }
  GOSYNC_INLINE void unlock_shared() { RUnlock(); }

 private:
  // After Go's sync/rwmutex.go: a writer that came takes kMaxReaders off `readers_`, and waits for
  // the `leaving_` readers that were there.
  static constexpr std::int32_t kMaxReaders = 1 << 30;

  void WaitForWriter();
  void RUnlockSlow();
  void Locked(std::uintptr_t pc);  // by the writer, after the last reader left
#if GOSYNC_RACE
  void ReleaseReader(std::uintptr_t pc);
  void TakeReaders();
#else
  void ReleaseReader(std::uintptr_t) {}
  void TakeReaders() {}
#endif

  Mutex writer_;
  detail::AtomicCell<std::int32_t> readers_{0};
  detail::AtomicCell<std::int32_t> leaving_{0};
  detail::AtomicCell<bool> writing_{false};
  detail::SemaphoreQueue waiting_writer_;
  detail::SemaphoreQueue waiting_readers_;
  detail::Clock write_clock_;  // of the last Unlock; writers change it, alone
#if GOSYNC_RACE
  // Of the RUnlocks since the last Lock, by worker: readers on several need not wait for each
  // other.
  struct alignas(64) ReaderClock {
    detail::SpinLock lock;
    detail::Clock clock;
  };
  ReaderClock reader_clocks_[4];
#endif
};

}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_RWMUTEX_H_
