// Sync objects: the clock L of each mutex, atomic, channel slot, barrier, ... and where to find it
// by address.
//
// A word of the sync plane per 8 bytes of memory heads a list of the objects whose address lies
// there. Objects are created and destroyed by any thread; whoever found one takes its lock and
// checks `address` before using it.
#ifndef HBSAN_DETECTOR_SYNC_H_
#define HBSAN_DETECTOR_SYNC_H_

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "detector/memory.h"
#include "detector/shadow.h"
#include "detector/types.h"
#include "detector/vector_clock.h"

namespace hbsan {

// One address may stand for several sync objects in different roles: an annotated mutex lives at
// the address of the atomic that it is made of. The role stands in address bits that no pointer of
// a program has.
enum class SyncRole : std::uint8_t { kOwn, kAnnotation, kMutex, kMutexReaders };
inline constexpr int kRoleShift = 57;
constexpr Addr WithoutRole(Addr addr) { return addr & ((Addr{1} << kRoleShift) - 1); }
constexpr Addr InRole(Addr addr, SyncRole role) {
  return addr | static_cast<Addr>(role) << kRoleShift;
}

struct SyncObject {
  SpinLock lock;
  // L is exactly what the thread of `released` knew when it released (true), or a join of several
  // (false). In the first case, whoever covers `released` has nothing to learn here.
  bool single = false;
  // For the host: what kind of object it is, e.g. a mutex's flags. The engine does not read it.
  std::uint16_t host_flags = 0;
  std::uint32_t next = 0;        // in the same word; a free object's link
  std::uint32_t host_count = 0;  // e.g. recursion
  Tid owner;                     // host's: who holds it
  StackId creation;              // host's: where it was made or first used
  VectorClock known;             // L without the column of `released`
  Epoch released;    // the last releaser's published epoch; its column in `known` may be older
  Addr address = 0;  // 0: none, or destroyed

  static constexpr std::uint32_t SyncObject::* kFreeLink = &SyncObject::next;

  // The address may be read without any lock; it then says what the object was a moment ago.
  Addr LoadAddress() const { return __atomic_load_n(&address, __ATOMIC_RELAXED); }
  void StoreAddress(Addr addr) { __atomic_store_n(&address, addr, __ATOMIC_RELAXED); }
};
static_assert(sizeof(SyncObject) == 48);

// Sync objects by address. Thread safe.
class SyncTable {
 public:
  void Init(const Host& host, const Shadow& shadow);
  // The object of an address; null if there is none.
  SyncObject* Find(Addr addr) const {
    const std::uint32_t first = shadow_->SyncCell(addr)->load(std::memory_order_acquire);
    if (first == 0) return nullptr;
    return pool_[first].LoadAddress() == addr ? &pool_[first] : FindBehind(addr);
  }
  // The objects of the addresses, in no role, of the cell at `cell`; returns how many there are.
  int FindInCell(Addr cell, SyncObject* (&found)[kCellBytes]) const;
  SyncObject& FindOrCreate(Addr addr);
  // Removes the object of `addr` (each object of [addr, addr + size)) and passes it to
  // gone(SyncObject&) with its lock held.
  template <typename Gone>
  void Remove(Addr addr, Gone gone);
  template <typename Gone>
  void RemoveRange(Addr addr, std::size_t size, Gone gone);
  // An object without an address.
  SyncObject& New();
  void Delete(SyncObject& s) { pool_.Free(pool_.IndexOf(s)); }
  // Re-files the objects of [from, from + size) under the same offsets from `to`.
  void Move(Addr from, Addr to, std::size_t size);

  // Calls visit(SyncObject&) for each object, deleted ones included.
  template <typename Visit>
  void ForEach(Visit visit) {
    for (std::uint32_t i = 1; i <= pool_.high_water(); ++i) visit(pool_[i]);
  }
  std::uint32_t live() const { return pool_.live(); }

 private:
  static constexpr std::size_t kStripes = 64;

  SpinLock& StripeOf(Addr addr) const {
    return stripes_[(Shadow::Key(addr) / kCellBytes * 0x9e3779b97f4a7c15u) >> 58].lock;
  }
  SyncObject* FindBehind(Addr addr) const;
  SyncObject* FindLocked(Addr addr) const;
  void Insert(SyncObject& s, Addr addr);
  // Takes the first object with matches(address) off the list of `word`, whose stripe is locked.
  // Null if there is none.
  template <typename Matches>
  SyncObject* Unlink(Addr word, Matches matches);
  template <typename Gone>
  void Retire(SyncObject& s, Gone gone);

  const Shadow* shadow_ = nullptr;
  mutable Pool<SyncObject> pool_;
  mutable LockStripe stripes_[kStripes];
};

template <typename Matches>
SyncObject* SyncTable::Unlink(Addr word, Matches matches) {
  Cell* head = shadow_->SyncCell(word);
  std::uint32_t previous = 0;
  for (std::uint32_t i = head->load(std::memory_order_relaxed); i != 0; i = pool_[i].next) {
    if (matches(pool_[i].address)) {
      if (previous == 0) {
        head->store(pool_[i].next, std::memory_order_release);
      } else {
        pool_[previous].next = pool_[i].next;
      }
      return &pool_[i];
    }
    previous = i;
  }
  return nullptr;
}

template <typename Gone>
void SyncTable::Retire(SyncObject& s, Gone gone) {
  SpinLockHolder hold(s.lock);  // whoever uses it now finishes first
  s.StoreAddress(0);
  gone(s);
  pool_.Free(pool_.IndexOf(s));
}

template <typename Gone>
void SyncTable::Remove(Addr addr, Gone gone) {
  if (shadow_->SyncCell(addr)->load(std::memory_order_acquire) == 0) return;
  SpinLockHolder hold(StripeOf(addr));
  if (SyncObject* s = Unlink(addr, [addr](Addr a) { return a == addr; })) Retire(*s, gone);
}

template <typename Gone>
void SyncTable::RemoveRange(Addr addr, std::size_t size, Gone gone) {
  const Addr end = addr + size;
  shadow_->ForEachTouchedPage(addr, size, [&](Addr page, PlaneMask planes) {
    if ((planes & kSyncPlaneBit) == 0) return;
    const Addr last = std::min(page + kPageBytes, end);
    for (Addr word = std::max(page, addr & ~(kCellBytes - 1)); word < last; word += kCellBytes) {
      if (shadow_->SyncCell(word)->load(std::memory_order_acquire) == 0) continue;
      SpinLockHolder hold(StripeOf(word));
      const auto inside = [&](Addr a) { return Shadow::Key(a) - Shadow::Key(addr) < size; };
      while (SyncObject* s = Unlink(word, inside)) Retire(*s, gone);
    }
  });
}

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_SYNC_H_
