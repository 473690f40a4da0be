#include "gosync/waitgroup.h"

#include "gosync/fatal.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace {

constexpr int kCounterShift = 32;

std::int32_t CounterOf(std::uint64_t state) {
  return static_cast<std::int32_t>(state >> kCounterShift);
}
std::uint32_t WaitersOf(std::uint64_t state) { return static_cast<std::uint32_t>(state); }

}  // namespace

// After Go's sync/waitgroup.go.
void WaitGroup::AddAt(int delta, std::uintptr_t pc) {
#if GOSYNC_RACE
  if (delta < 0) {
    detail::SpinLockHolder hold(clock_lock_);
    clock_.Release(this, pc);
  } else if (CounterOf(state_.load(std::memory_order_relaxed)) == 0) {
    detail::NoteOperation(detail::Operation::kWaitGroupAdd, this, pc);
  }
#else
  (void)pc;
#endif
  const std::uint64_t change = static_cast<std::uint64_t>(std::int64_t{delta}) << kCounterShift;
  const std::uint64_t state = state_.fetch_add(change, std::memory_order_acq_rel) + change;
  const std::int32_t counter = CounterOf(state);
  const std::uint32_t waiters = WaitersOf(state);
  if (counter < 0) detail::Throw("sync: negative WaitGroup counter");
  if (waiters != 0 && delta > 0 && counter == delta) {
    detail::Throw("sync: WaitGroup misuse: Add called concurrently with Wait");
  }
  if (counter > 0 || waiters == 0) return;
  // The last one, and goroutines wait: nobody may change the state now.
  if (state_.load(std::memory_order_relaxed) != state) {
    detail::Throw("sync: WaitGroup misuse: Add called concurrently with Wait");
  }
  state_.store(0, std::memory_order_release);
  queue_.Release(waiters);
}

void WaitGroup::WaitAt(std::uintptr_t pc) {
  std::uint64_t state = state_.load(std::memory_order_acquire);
  for (;;) {
    if (CounterOf(state) == 0) break;
    if (!state_.compare_exchange_weak(state, state + 1, std::memory_order_acq_rel)) continue;
    // Only the first of those who wait: they do not race with each other.
    if (WaitersOf(state) == 0) {
      detail::NoteOperation(detail::Operation::kWaitGroupWait, this, pc);
    }
    queue_.Acquire(detail::WaitReason::kWaitGroup, this);
    if (state_.load(std::memory_order_acquire) != 0) {
      detail::Throw("sync: WaitGroup is reused before previous Wait has returned");
    }
    break;
  }
#if GOSYNC_RACE
  detail::SpinLockHolder hold(clock_lock_);
  clock_.Acquire();
#endif
}

}  // namespace GOSYNC_VARIANT
}  // namespace gosync
