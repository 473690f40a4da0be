// Interned sets of held mutexes, looked up without a lock. They explain races in reports and play
// no part in finding them.
#ifndef HBSAN_DETECTOR_LOCK_SETS_H_
#define HBSAN_DETECTOR_LOCK_SETS_H_

#include <atomic>
#include <cstdint>

#include "detector/memory.h"
#include "detector/types.h"

namespace hbsan {

struct HeldLock {
  Addr mutex = 0;
  StackId acquired;
  bool shared = false;
  friend bool operator==(const HeldLock&, const HeldLock&) = default;
};

class LockSets {
 public:
  static constexpr int kMaxLocks = 16;  // per set; further ones are left out
  // What Intern returns when the table is full: nothing is known of the locks held.
  static constexpr LockSetId kUnknown{0xffff};

  void Init(const Host& host);
  LockSetId Intern(const HeldLock* locks, int count);
  // The locks of a set in the order they were taken; `count` is 0 for the empty set and for
  // kUnknown.
  const HeldLock* Get(LockSetId id, int& count) const;

 private:
  struct Set {
    std::uint32_t first;  // its locks are locks_[first, first + count)
    std::uint16_t count;
    std::uint16_t next;  // in the bucket
  };
  static constexpr int kBucketBits = 16;

  std::uint16_t Find(std::uint16_t head, const HeldLock* locks, int count) const;

  Set* sets_ = nullptr;
  HeldLock* locks_ = nullptr;  // of all sets, one after the other
  std::atomic<std::uint16_t>* buckets_ = nullptr;
  alignas(kCacheLine) SpinLock lock_;
  std::uint32_t used_ = 0;
  std::uint32_t used_locks_ = 0;
};

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_LOCK_SETS_H_
