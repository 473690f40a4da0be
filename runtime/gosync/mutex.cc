#include "gosync/mutex.h"

#include "gosync/fatal.h"
#include "gosync/system.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace {

constexpr std::int64_t kStarving = 1'000'000;  // nanoseconds
constexpr int kSpinRounds = 4;
constexpr int kPauses = 30;

}  // namespace

#if GOSYNC_RACE
void detail::LostLock() {
  Fatal("sync: unlock of a mutex that another goroutine has unlocked meanwhile");
}
#endif

void Mutex::LockSlow() {
  detail::Waiter w;
  std::int64_t since = 0;  // when it first queued
  bool woken = false;      // it was, and stands for kWoken
  int spins = 0;
  std::uint32_t state = state_.load(std::memory_order_relaxed);
  for (;;) {
    if ((state & kLocked) == 0) {
      const std::uint32_t taken = (woken ? state & ~kWoken : state) | kLocked;
      if (state_.compare_exchange_weak(state, taken, std::memory_order_acquire,
                                       std::memory_order_relaxed)) {
        return;
      }
      continue;
    }
    if (spins < kSpinRounds && detail::OthersRun()) {
      ++spins;
      for (int i = 0; i < kPauses; ++i) __builtin_ia32_pause();
      state = state_.load(std::memory_order_relaxed);
      continue;
    }
    queue_lock_.Lock();
    // With the queue's lock held nobody takes us for gone: from here on an unlock sees kWaiting.
    state = state_.load(std::memory_order_relaxed);
    bool free = false;
    while (!free) {
      if ((state & kLocked) == 0) {
        free = true;
      } else if (state_.compare_exchange_weak(state, (woken ? state & ~kWoken : state) | kWaiting,
                                              std::memory_order_relaxed)) {
        break;
      }
    }
    if (free) {
      queue_lock_.Unlock();
      continue;
    }
    w.g = &detail::Self();
    w.success = false;
    w.index = since != 0 && detail::Now() - since > kStarving ? 1 : 0;
    if (since == 0) {
      since = detail::Now();
      queue_.PushBack(w);
    } else {
      queue_.PushFront(w);
    }
    detail::Park(*w.g, detail::WaitReason::kMutex, this, queue_lock_);
    if (w.success) return;  // handed over
    woken = true;
    spins = 0;
    state = state_.load(std::memory_order_relaxed);
  }
}

void Mutex::UnlockSlow() {
  std::uint32_t state = state_.load(std::memory_order_relaxed);
  if ((state & kLocked) == 0) detail::Fatal("sync: unlock of unlocked mutex");
  // Somebody is awake already and will try.
  while ((state & kWoken) != 0 || (state & kWaiting) == 0) {
    if (state_.compare_exchange_weak(state, state & ~kLocked, std::memory_order_release,
                                     std::memory_order_relaxed)) {
      return;
    }
  }
  queue_lock_.Lock();
  detail::Waiter* w = queue_.Pop();
  const std::uint32_t rest = queue_.Empty() ? 0 : kWaiting;
  w->success = w->index != 0;  // it starves: it has the lock
  detail::Goroutine& g = *w->g;
  // Nobody else changes the state meanwhile but by adding kWaiting, which needs the queue's lock;
  // while it is locked.
  state_.store(w->success ? kLocked | rest : kWoken | rest, std::memory_order_release);
  queue_lock_.Unlock();
  detail::Ready(g);
}

}  // namespace GOSYNC_VARIANT
}  // namespace gosync
