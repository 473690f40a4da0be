#include "runtime/hooks/atomic_step.h"

#include <algorithm>

namespace hbsan {
namespace {

using atomic_step::GranuleOf;
using atomic_step::kAtomicFlag;
using atomic_step::kGranule;

// Others overlap the variable, and how wide the operations on it are.
constexpr std::uint16_t kMixedFlag = 0x4000;
constexpr std::uint16_t kWidthMask = 0x00ff;

constinit LockStripe stripes[256];

SpinLock& StripeOf(Addr addr) {
  return stripes[(addr / kGranule * 0x9e3779b97f4a7c15u) >> 56].lock;
}

std::size_t WidthOf(const SyncObject& s) {
  return (s.host_flags & kAtomicFlag) != 0 ? s.host_flags & kWidthMask : 1;
}

void MarkMixed(SyncObject& s, Addr addr) {
  SpinLockHolder hold(s.lock);
  if (s.address == addr && (s.host_flags & kAtomicFlag) != 0) s.host_flags |= kMixedFlag;
}

}  // namespace

AtomicStep::AtomicStep(Detector& detector, ThreadState& t, Addr addr, std::size_t size, Order order,
                       bool publishes)
    : detector_(detector), t_(t), addr_(addr), size_(size) {
  LockVariable(publishes && (Releases(order) || !t.release_fence_epoch.empty()));
  if (!publishes || object_ == nullptr || (object_->host_flags & kAtomicFlag) == 0) return;
  changed_ = true;
  __atomic_store_n(&object_->host_count, object_->host_count + 1, __ATOMIC_RELAXED);
  std::atomic_thread_fence(
      std::memory_order_release);  // odd before any effect; pairs with Look and Unchanged
}

AtomicStep::~AtomicStep() {
  if (changed_) __atomic_store_n(&object_->host_count, object_->host_count + 1, __ATOMIC_RELEASE);
  if (object_ != nullptr) object_->lock.unlock();
  if (stripe_ != nullptr) stripe_->unlock();
  if (!mixed_ || !read_) return;
  // After the real load: whoever stored what it read has its object's lock until the clock is
  // there.
  ForEachOverlapping([this](SyncObject& s, Addr addr) {
    SpinLockHolder hold(s.lock);
    if (s.address != addr) return;
    if (Acquires(loaded_)) {
      detector_.AcquireLocked(t_, s);
    } else {
      detector_.RelaxedLoadLocked(t_, s);
    }
  });
}

// Until it holds the object's lock, or the stripe's if there is no object and none is to be made.
void AtomicStep::LockVariable(bool make) {
  while (true) {
    if (TryLockObject(detector_.FindSync(addr_))) return;
    SpinLock& stripe = StripeOf(addr_);
    stripe.lock();
    if (!make && atomic_step::NoObjectsNear(detector_, addr_, size_)) {
      stripe_ = &stripe;
      return;
    }
    if (detector_.FindSync(addr_) == nullptr) {
      mixed_ = false;
      ForEachOverlapping([this](SyncObject&, Addr) { mixed_ = true; });
      if (!make) {
        stripe_ = &stripe;
        return;
      }
      SyncObject& made = detector_.SyncAt(t_, addr_);
      if (mixed_) {
        ForEachOverlapping([](SyncObject& s, Addr addr) { MarkMixed(s, addr); });
        SpinLockHolder hold(made.lock);
        made.host_flags = static_cast<std::uint16_t>(kAtomicFlag | kMixedFlag | size_);
      }
    }
    stripe.unlock();
  }
}

bool AtomicStep::TryLockObject(SyncObject* s) {
  if (s == nullptr) return false;
  s->lock.lock();
  if (s->address != addr_) {
    s->lock.unlock();
    return false;
  }
  object_ = s;
  if (s->host_flags == 0) s->host_flags = static_cast<std::uint16_t>(kAtomicFlag | size_);
  if ((s->host_flags & kAtomicFlag) != 0 && WidthOf(*s) != size_) {
    const std::size_t width = std::max(WidthOf(*s), size_);
    s->host_flags = static_cast<std::uint16_t>(kAtomicFlag | kMixedFlag | width);
  }
  mixed_ = (s->host_flags & (kAtomicFlag | kMixedFlag)) != kAtomicFlag;
  return true;
}

// The objects of other addresses whose variables overlap [addr_, addr_ + size_).
template <typename Visit>
void AtomicStep::ForEachOverlapping(Visit visit) const {
  const Addr end = addr_ + size_;
  for (Addr cell = GranuleOf(addr_); cell < end; cell += kCellBytes) {
    SyncObject* found[kCellBytes];
    const int count = detector_.FindSyncsInCell(cell, found);
    for (int i = 0; i < count; ++i) {
      const Addr addr = found[i]->LoadAddress();
      if (addr != addr_ && addr < end && addr + WidthOf(*found[i]) > addr_) visit(*found[i], addr);
    }
  }
}

void AtomicStep::Loaded(Order order) {
  read_ = true;
  loaded_ = order;
  if (object_ == nullptr) return;
  if (Acquires(order)) {
    detector_.AcquireLocked(t_, *object_);
  } else {
    detector_.RelaxedLoadLocked(t_, *object_);
  }
}

void AtomicStep::Stored(Order order, std::uintptr_t pc) {
  if (object_ == nullptr) return;
  if (mixed_) {  // parts of what was released before may still be there
    Updated(order, pc);
  } else if (Releases(order)) {
    detector_.ReleaseStoreLocked(t_, *object_, pc);
  } else {
    detector_.RelaxedStoreLocked(t_, *object_);
  }
}

void AtomicStep::Updated(Order order, std::uintptr_t pc) {
  if (object_ == nullptr) return;
  if (!Releases(order)) {
    detector_.RelaxedUpdateLocked(t_, *object_);
  } else if (read_ && Acquires(loaded_) && !mixed_) {  // C covers L already: L ⊔ C is C
    detector_.ReleaseStoreLocked(t_, *object_, pc);
  } else {
    detector_.ReleaseLocked(t_, *object_, pc);
  }
}

}  // namespace hbsan
