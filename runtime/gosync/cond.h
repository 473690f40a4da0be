// Cond, as Go's sync.Cond, with any lock that has lock() and unlock().
//
// Signal and Broadcast are ordered before the return of the Waits that they end, besides what the
// lock orders.
#ifndef GOSYNC_COND_H_
#define GOSYNC_COND_H_

#include "gosync/spin_lock.h"
#include "gosync/wait_queue.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

class CondQueue {
 public:
  // In three steps: queued first, so that no signal is missed once the lock is released.
  void Prepare(Waiter& w);
  void Wait(Waiter& w);
  void Wake(bool all, std::uintptr_t pc);

 private:
  SpinLock lock_;
  WaitQueue queue_;
};

}  // namespace detail

template <typename Lock>
class Cond {
 public:
  explicit Cond(Lock& lock) : L(lock) {}
  Cond(const Cond&) = delete;
  Cond& operator=(const Cond&) = delete;

  // With L held: releases it, waits, and takes it again. Other goroutines may have run in between:
  // wait in a loop that tests the condition.
  void Wait() {
    detail::Waiter w;
    queue_.Prepare(w);
    L.unlock();
    queue_.Wait(w);
    L.lock();
  }
  GOSYNC_UNCHECKED __attribute__((noinline)) void Signal() { queue_.Wake(false, GOSYNC_PC()); }
  GOSYNC_UNCHECKED __attribute__((noinline)) void Broadcast() { queue_.Wake(true, GOSYNC_PC()); }

  Lock& L;

 private:
  detail::CondQueue queue_;
};

}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_COND_H_
