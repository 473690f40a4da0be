// Goroutines that wait in a primitive, first come first served. The primitive's lock guards it.
#ifndef GOSYNC_WAIT_QUEUE_H_
#define GOSYNC_WAIT_QUEUE_H_

#include <cstdint>

#include "gosync/goroutine.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

// On the waiting goroutine's stack, for as long as it waits.
struct Waiter {
  Goroutine* g = nullptr;
  Waiter* next = nullptr;
  Waiter* previous = nullptr;
  void* element = nullptr;  // channels: what is sent, or where it is received
  std::uint32_t index = 0;  // select: which case
  bool in_select = false;
  bool queued = false;
  bool taken = false;    // whoever ended the wait found it here
  bool success = false;  // channels: the operation took place (it was not ended by a close)
};

class WaitQueue {
 public:
  bool Empty() const { return first_ == nullptr; }
  Waiter* First() const { return first_; }
  void PushBack(Waiter& w) {
    w.queued = true;
    w.next = nullptr;
    w.previous = last_;
    (last_ == nullptr ? first_ : last_->next) = &w;
    last_ = &w;
  }
  void PushFront(Waiter& w) {
    w.queued = true;
    w.previous = nullptr;
    w.next = first_;
    (first_ == nullptr ? last_ : first_->previous) = &w;
    first_ = &w;
  }
  void Remove(Waiter& w) {
    (w.previous == nullptr ? first_ : w.previous->next) = w.next;
    (w.next == nullptr ? last_ : w.next->previous) = w.previous;
    w.queued = false;
  }
  // The first one whose wait the caller may end; null if there is none. Of a select only one case
  // is ever taken.
  Waiter* Pop() {
    while (Waiter* w = first_) {
      Remove(*w);
      if (w->in_select && w->g->selected.exchange(1, std::memory_order_acq_rel) != 0) continue;
      w->taken = true;
      return w;
    }
    return nullptr;
  }

 private:
  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
};

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_WAIT_QUEUE_H_
