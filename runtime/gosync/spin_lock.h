// The lock inside the primitives: held for a few instructions, never across a switch except to be
// released by whoever runs next. It orders nothing in the detector's eyes.
#ifndef GOSYNC_SPIN_LOCK_H_
#define GOSYNC_SPIN_LOCK_H_

#include <cstdint>

#include "gosync/atomic_cell.h"
#include "gosync/config.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

class SpinLock {
 public:
  GOSYNC_UNCHECKED void Lock() {
    if ((uses_.fetch_or(1, std::memory_order_acquire) & 1) != 0) LockSlow();
  }
  GOSYNC_UNCHECKED void Unlock() {
    uses_.store(uses_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

 private:
  void LockSlow();
  AtomicCell<std::uint32_t> uses_{0};  // odd: held; each use adds two
};

class SpinLockHolder {
 public:
  GOSYNC_UNCHECKED explicit SpinLockHolder(SpinLock& lock) : lock_(lock) { lock_.Lock(); }
  GOSYNC_UNCHECKED ~SpinLockHolder() { lock_.Unlock(); }
  SpinLockHolder(const SpinLockHolder&) = delete;
  SpinLockHolder& operator=(const SpinLockHolder&) = delete;

 private:
  SpinLock& lock_;
};

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_SPIN_LOCK_H_
