#include "gosync/go.h"

#include <algorithm>

#include "gosync/detection.h"
#include "gosync/fatal.h"
#include "gosync/scheduler.h"
#include "gosync/stack.h"
#include "gosync/timers.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

Launch BeginLaunch(void (*run)(void*), std::size_t size, std::size_t alignment) {
  // The stack grows from below the call; it must have room left.
  if (size > kStackBytes / 4 || alignment > kPageBytes) {
    Throw("gosync::Go: the function and its arguments are too large for a goroutine's stack");
  }
  Goroutine& g = NewGoroutine(run);
  g.call_bytes = static_cast<std::uint32_t>(size);
#if GOSYNC_RACE
  if (size <= kSmallCallBytes && alignment <= kSmallCallBytes) {
    NoteFresh(g.small_call, size);
    g.call = g.small_call;
    return {&g, g.call};
  }
#endif
  const auto top = reinterpret_cast<std::uintptr_t>(StackEnd(g)) - size;
  g.call = reinterpret_cast<void*>(top & ~(std::max<std::uintptr_t>(alignment, 16) - 1));
  return {&g, g.call};
}

void AbandonLaunch(const Launch& launch) {
  Worker* w = CurrentWorker();
  FreeGoroutine(*static_cast<Goroutine*>(launch.goroutine), w != nullptr ? &w->stacks : nullptr);
}

void EndLaunch(const Launch& launch, std::uintptr_t pc) {
  StartGoroutine(*static_cast<Goroutine*>(launch.goroutine), pc);
}

}  // namespace detail

void Sleep(std::chrono::nanoseconds duration) {
  if (duration.count() <= 0) return;
  struct Sleeper : detail::Alarm {
    detail::Goroutine* g;
  } sleeper;
  sleeper.g = &detail::Self();
  sleeper.when = detail::Deadline(duration.count());
  sleeper.ring = [](detail::Alarm& alarm) { detail::Ready(*static_cast<Sleeper&>(alarm).g); };
  detail::Park(
      *sleeper.g, detail::WaitReason::kSleep, nullptr,
      [](void* p) { detail::Arm(*static_cast<Sleeper*>(p)); }, &sleeper);
}

int NumGoroutine() {
  using detail::scheduler;
  std::int64_t count = 1 + scheduler.started.load();
  const std::uint32_t workers = scheduler.worker_count.load(std::memory_order_acquire);
  for (std::uint32_t i = 0; i < workers; ++i) {
    // The ends first: what starts meanwhile does not make it less.
    count -= scheduler.workers[i]->ended.load();
  }
  for (std::uint32_t i = 0; i < workers; ++i) count += scheduler.workers[i]->started.load();
  return static_cast<int>(count);
}

int GOMAXPROCS(int n) {
  using detail::scheduler;
  detail::EnsureStarted();
  detail::SpinLockHolder hold(scheduler.lock);
  const std::uint32_t before = scheduler.limit.load();
  if (n > 0) {
    const auto limit = static_cast<std::uint32_t>(std::min(n, 256));
    scheduler.limit.store(limit);
    while (scheduler.worker_count.load() < limit) detail::StartWorker();
  }
  return static_cast<int>(before);
}

}  // namespace GOSYNC_VARIANT
}  // namespace gosync
