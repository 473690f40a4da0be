#include "detector/lock_sets.h"

#include <algorithm>

namespace hbsan {

void LockSets::Init(const Host& host) {
  sets_ = static_cast<Set*>(host.reserve(sizeof(Set) * kUnknown.value));
  locks_ = static_cast<HeldLock*>(host.reserve(sizeof(HeldLock) * kMaxLocks * kUnknown.value));
  buckets_ = static_cast<std::atomic<std::uint16_t>*>(
      host.reserve(sizeof(std::atomic<std::uint16_t>) << kBucketBits));
}

LockSetId LockSets::Intern(const HeldLock* locks, int count) {
  if (count == 0) return {0};
  std::uint64_t hash = 0;
  for (int i = 0; i < count; ++i) {
    hash = (hash ^ locks[i].mutex ^ std::uint64_t{locks[i].acquired.value} << 40) *
           0x9e3779b97f4a7c15u;
  }
  std::atomic<std::uint16_t>& bucket = buckets_[hash >> (64 - kBucketBits)];
  const std::uint16_t head = bucket.load(std::memory_order_acquire);  // pairs with the store below
  if (const std::uint16_t found = Find(head, locks, count)) return {found};

  SpinLockHolder hold(lock_);
  const std::uint16_t next = bucket.load(std::memory_order_relaxed);
  if (const std::uint16_t found = next == head ? std::uint16_t{0} : Find(next, locks, count)) {
    return {found};
  }
  if (used_ + 1 == kUnknown.value) return kUnknown;
  const auto id = static_cast<std::uint16_t>(++used_);
  sets_[id] = {used_locks_, static_cast<std::uint16_t>(count), next};
  std::copy_n(locks, count, &locks_[used_locks_]);
  used_locks_ += static_cast<std::uint32_t>(count);
  bucket.store(id, std::memory_order_release);
  return {id};
}

// In a bucket's list.
std::uint16_t LockSets::Find(std::uint16_t head, const HeldLock* locks, int count) const {
  for (std::uint16_t i = head; i != 0; i = sets_[i].next) {
    const HeldLock* known = &locks_[sets_[i].first];
    if (std::equal(locks, locks + count, known, known + sets_[i].count)) return i;
  }
  return 0;
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
