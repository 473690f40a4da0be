// WaitGroup, as Go's sync.WaitGroup: waits until a number of goroutines are done.
//
// Done, and any Add of a negative number, is ordered before the return of the Wait that it lets go.
// An Add from zero that is not ordered with a Wait is reported as a race. A counter below zero, and
// an Add while goroutines of the previous round still return from Wait, throw Panic.
#ifndef GOSYNC_WAITGROUP_H_
#define GOSYNC_WAITGROUP_H_

#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include "gosync/atomic_cell.h"
#include "gosync/clock.h"
#include "gosync/go.h"
#include "gosync/semaphore_queue.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {

class WaitGroup {
 public:
  constexpr WaitGroup() = default;
  WaitGroup(const WaitGroup&) = delete;
  WaitGroup& operator=(const WaitGroup&) = delete;

  GOSYNC_UNCHECKED __attribute__((noinline)) void Add(int delta) { AddAt(delta, GOSYNC_PC()); }
  GOSYNC_UNCHECKED __attribute__((noinline)) void Done() { AddAt(-1, GOSYNC_PC()); }
  GOSYNC_UNCHECKED __attribute__((noinline)) void Wait() { WaitAt(GOSYNC_PC()); }
  // Add(1), and a goroutine that runs f, destroys it and then is done.
  template <typename F>
  void Go(F&& f) {
    Add(1);
    gosync::Go([this, run = std::optional<std::decay_t<F>>(std::forward<F>(f))]() mutable {
      (*run)();
      run.reset();
      Done();
    });
  }

 private:
  void AddAt(int delta, std::uintptr_t pc);
  void WaitAt(std::uintptr_t pc);

  // Upper half: the counter; lower half: how many wait.
  detail::AtomicCell<std::uint64_t> state_{0};
  detail::SemaphoreQueue queue_;
  [[maybe_unused]] detail::SpinLock clock_lock_;
  [[maybe_unused]] detail::Clock clock_;
};

}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_WAITGROUP_H_
