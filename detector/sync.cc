#include "detector/sync.h"

namespace hbsan {

void SyncTable::Init(const Host& host, const Shadow& shadow) {
  shadow_ = &shadow;
  pool_.Init(host, 1u << 30, "too many mutexes and atomics");
}

// Where the first object of the cell is another one's.
SyncObject* SyncTable::FindBehind(Addr addr) const {
  SpinLockHolder hold(StripeOf(addr));
  return FindLocked(addr);
}

int SyncTable::FindInCell(Addr cell, SyncObject* (&found)[kCellBytes]) const {
  if (shadow_->SyncCell(cell)->load(std::memory_order_acquire) == 0) return 0;
  SpinLockHolder hold(StripeOf(cell));
  int count = 0;
  std::uint32_t i = shadow_->SyncCell(cell)->load(std::memory_order_relaxed);
  for (; i != 0; i = pool_[i].next) {
    if (pool_[i].address - cell < kCellBytes) found[count++] = &pool_[i];
  }
  return count;
}

SyncObject& SyncTable::FindOrCreate(Addr addr) {
  if (SyncObject* s = Find(addr)) return *s;
  SpinLockHolder hold(StripeOf(addr));
  if (SyncObject* s = FindLocked(addr)) return *s;
  SyncObject& s = New();
  Insert(s, addr);
  return s;
}

SyncObject& SyncTable::New() {
  const std::uint32_t index = pool_.Allocate();
  SyncObject& s = pool_[index];
  SpinLockHolder hold(s.lock);
  s.single = false;
  s.host_flags = 0;
  s.next = 0;
  s.host_count = 0;
  s.StoreAddress(0);
  s.released = {};
  s.known = {};
  s.owner = {};
  s.creation = {};
  return s;
}

void SyncTable::Move(Addr from, Addr to, std::size_t size) {
  shadow_->ForEachTouchedPage(from, size, [&](Addr page, PlaneMask planes) {
    if ((planes & kSyncPlaneBit) == 0) return;
    const Addr last = std::min(page + kPageBytes, from + size);
    for (Addr word = std::max(page, from); word < last; word += kCellBytes) {
      while (shadow_->SyncCell(word)->load(std::memory_order_acquire) != 0) {
        SyncObject* s;
        {
          SpinLockHolder hold(StripeOf(word));
          s = Unlink(word, [](Addr) { return true; });
        }
        if (s == nullptr) break;
        const Addr moved = s->address - from + to;
        SpinLockHolder hold(StripeOf(moved));
        Insert(*s, moved);
      }
    }
  });
}

SyncObject* SyncTable::FindLocked(Addr addr) const {
  std::uint32_t i = shadow_->SyncCell(addr)->load(std::memory_order_relaxed);
  while (i != 0 && pool_[i].address != addr) i = pool_[i].next;
  return i == 0 ? nullptr : &pool_[i];
}

// With the stripe's lock held.
void SyncTable::Insert(SyncObject& s, Addr addr) {
  shadow_->Touch(addr, kSyncPlaneBit);
  Cell* head = shadow_->SyncCell(addr);
  s.StoreAddress(addr);
  s.next = head->load(std::memory_order_relaxed);
  head->store(pool_.IndexOf(s), std::memory_order_release);  // pairs with Find
}

}  // namespace hbsan
