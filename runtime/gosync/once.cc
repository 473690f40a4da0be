#include "gosync/once.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {

// A lock without edges: a Do that waits learns from the clock alone.
void Once::Begin() {
  queue_lock_.Lock();
  if (!running_) {
    running_ = true;
    queue_lock_.Unlock();
    return;
  }
  detail::Waiter w;
  w.g = &detail::Self();
  queue_.PushBack(w);
  detail::Park(*w.g, detail::WaitReason::kMutex, this, queue_lock_);
}

void Once::End() {
  queue_lock_.Lock();
  detail::Waiter* w = queue_.Pop();  // it goes on in our place
  if (w == nullptr) running_ = false;
  queue_lock_.Unlock();
  if (w != nullptr) detail::Ready(*w->g);
}

}  // namespace GOSYNC_VARIANT
}  // namespace gosync
