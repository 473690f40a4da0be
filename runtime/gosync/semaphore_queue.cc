#include "gosync/semaphore_queue.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

void SemaphoreQueue::Acquire(WaitReason reason, const void* object) {
  lock_.Lock();
  if (permits_ > 0) {
    --permits_;
    lock_.Unlock();
    return;
  }
  Waiter w;
  w.g = &Self();
  queue_.PushBack(w);
  Park(*w.g, reason, object, lock_);
}

void SemaphoreQueue::Release(std::uint32_t permits) {
  Waiter* woken = nullptr;
  lock_.Lock();
  for (; permits > 0; --permits) {
    Waiter* w = queue_.Pop();
    if (w == nullptr) break;
    w->next = woken;
    woken = w;
  }
  permits_ += permits;
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
