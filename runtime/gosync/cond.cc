#include "gosync/cond.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

void CondQueue::Prepare(Waiter& w) {
  w.g = &Self();
  SpinLockHolder hold(lock_);
  queue_.PushBack(w);
}

void CondQueue::Wait(Waiter& w) {
  lock_.Lock();
  if (!w.taken) {
    w.success = true;  // it parks: whoever takes it makes it ready
    Park(*w.g, WaitReason::kCond, this, lock_);
  } else {
    lock_.Unlock();
  }
  w.g->box.Take();
}

void CondQueue::Wake(bool all, std::uintptr_t pc) {
  Waiter* woken = nullptr;
  lock_.Lock();
  do {
    Waiter* w = queue_.Pop();
    if (w == nullptr) break;
    w->g->box.ReleaseStore(this, pc);
    if (!w->success) continue;  // it has yet to park, and will see that it need not
    w->next = woken;
    woken = w;
  } while (all);
  lock_.Unlock();
  while (woken != nullptr) {
    Waiter* const next = woken->next;
    Ready(*woken->g);
    woken = next;
  }
}

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync
