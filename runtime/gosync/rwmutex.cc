#include "gosync/rwmutex.h"

#include <iterator>

#include "gosync/fatal.h"
#include "gosync/scheduler.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {

#if GOSYNC_RACE
void RWMutex::ReleaseReader(std::uintptr_t pc) {
  const detail::Worker* const worker = detail::CurrentWorker();
  const std::uint32_t index = worker != nullptr ? worker->place : 0;
  ReaderClock& readers = reader_clocks_[index % std::size(reader_clocks_)];
  detail::SpinLockHolder hold(readers.lock);
  readers.clock.Unlock(write_clock_, this, pc);
}

void RWMutex::TakeReaders() {
  for (ReaderClock& readers : reader_clocks_) readers.clock.Take();
}
#endif

void RWMutex::WaitForWriter() { waiting_readers_.Acquire(detail::WaitReason::kReadLock, this); }

bool RWMutex::TryRLock() {
  std::int32_t readers = readers_.load(std::memory_order_relaxed);
  do {
    if (readers < 0) return false;
  } while (!readers_.compare_exchange_weak(readers, readers + 1, std::memory_order_acquire));
  write_clock_.Lock(this, GOSYNC_PC(), /*shared=*/true);
  return true;
}

// A writer waits, or the lock is not held.
void RWMutex::RUnlockSlow() {
  const std::int32_t before = readers_.load(std::memory_order_relaxed) + 1;
  if (before == 0 || before == -kMaxReaders || writing_.load(std::memory_order_relaxed)) {
    detail::Fatal("sync: RUnlock of unlocked RWMutex");
  }
  if (leaving_.fetch_sub(1, std::memory_order_acq_rel) == 1) waiting_writer_.Release();
}

void RWMutex::Lock() {
  writer_.LockUnseen();
  const std::int32_t readers = readers_.fetch_sub(kMaxReaders, std::memory_order_acq_rel);
  if (readers != 0 && leaving_.fetch_add(readers, std::memory_order_acq_rel) + readers != 0) {
    waiting_writer_.Acquire(detail::WaitReason::kWriteLock, this);
  }
  Locked(GOSYNC_PC());
}

bool RWMutex::TryLock() {
  std::uint32_t state = 0;
  if (!writer_.Take(state)) return false;
  std::int32_t none = 0;
  if (!readers_.compare_exchange_strong(none, -kMaxReaders, std::memory_order_acq_rel)) {
    writer_.UnlockUnseen();
    return false;
  }
  Locked(GOSYNC_PC());
  return true;
}

void RWMutex::Locked(std::uintptr_t pc) {
  writing_.store(true, std::memory_order_relaxed);
  TakeReaders();
  write_clock_.Lock(this, pc, /*shared=*/false);
}

void RWMutex::Unlock() {
  if (readers_.load(std::memory_order_relaxed) >= 0) {
    detail::Fatal("sync: Unlock of unlocked RWMutex");
  }
  write_clock_.Unlock(write_clock_, this, GOSYNC_PC());
  writing_.store(false, std::memory_order_relaxed);
  const std::int32_t readers =
      readers_.fetch_add(kMaxReaders, std::memory_order_acq_rel) + kMaxReaders;
  if (readers >= kMaxReaders) detail::Fatal("sync: Unlock of unlocked RWMutex");
  if (readers > 0) waiting_readers_.Release(static_cast<std::uint32_t>(readers));
  writer_.UnlockUnseen();
}

}  // namespace GOSYNC_VARIANT
}  // namespace gosync
