#include "detector/lock_sets.h"

#include <algorithm>

namespace hbsan {

void LockSets::Init(const Host& host) {
  sets_ = static_cast<Set*>(host.reserve(sizeof(Set) * kUnknown.value));
  locks_ = static_cast<HeldLock*>(host.reserve(sizeof(HeldLock) * kMaxLocks * kUnknown.value));
  buckets_ = static_cast<std::uint16_t*>(host.reserve(sizeof(std::uint16_t) << kBucketBits));
}

LockSetId LockSets::Intern(const HeldLock* locks, int count) {
  if (count == 0) return {0};
  std::uint64_t hash = 0;
  for (int i = 0; i < count; ++i) {
    hash = (hash ^ locks[i].mutex ^ std::uint64_t{locks[i].acquired.value} << 40) *
           0x9e3779b97f4a7c15u;
  }
  SpinLockHolder hold(lock_);
  std::uint16_t& bucket = buckets_[hash >> (64 - kBucketBits)];
  for (std::uint16_t i = bucket; i != 0; i = sets_[i].next) {
    const HeldLock* known = &locks_[sets_[i].first];
    if (std::equal(locks, locks + count, known, known + sets_[i].count)) return {i};
  }
  if (used_ + 1 == kUnknown.value) return kUnknown;
  const auto id = static_cast<std::uint16_t>(++used_);
  sets_[id] = {used_locks_, static_cast<std::uint16_t>(count), bucket};
  std::copy_n(locks, count, &locks_[used_locks_]);
  used_locks_ += static_cast<std::uint32_t>(count);
  bucket = id;
  return {id};
}

const HeldLock* LockSets::Get(LockSetId id, int& count) const {
  if (id == kUnknown) {
    count = 0;
    return nullptr;
  }
  count = sets_[id.value].count;
  return &locks_[sets_[id.value].first];
}

}  // namespace hbsan
