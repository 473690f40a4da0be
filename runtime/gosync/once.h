// Once, OnceFunc and OnceValue, as Go's: a function that runs once, whoever asks for it first.
//
// The function's end is ordered before the return of every Do, also of those that did not run it.
// If it throws it counts as done, and the exception goes to whoever ran it (OnceFunc, OnceValue: to
// every caller).
#ifndef GOSYNC_ONCE_H_
#define GOSYNC_ONCE_H_

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "gosync/atomic_cell.h"
#include "gosync/mutex.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {

class Once {
 public:
  constexpr Once() = default;
  Once(const Once&) = delete;
  Once& operator=(const Once&) = delete;

  template <typename F>
  GOSYNC_UNCHECKED void Do(F&& f) {
    if (done_.load(std::memory_order_acquire)) {
      clock_.Acquire();
    } else {
      DoSlow(f);
    }
  }

 private:
  template <typename F>
  GOSYNC_UNCHECKED __attribute__((noinline)) void DoSlow(F& f) {
    Begin();
    if (done_.load(std::memory_order_relaxed)) {
      clock_.Acquire();
      End();
      return;
    }
    struct Finish {
      Once& once;
      GOSYNC_UNCHECKED ~Finish() {
        once.clock_.ReleaseStore(&once, 0);
        once.done_.store(true, std::memory_order_release);
        once.End();
      }
    } finish{*this};
    f();
  }
  void Begin();
  void End();

  detail::AtomicCell<bool> done_{false};
  detail::SpinLock queue_lock_;
  bool running_ = false;
  detail::WaitQueue queue_;
  detail::Clock clock_;
};

// A function that runs f once.
template <typename F>
auto OnceFunc(F f) {
  struct State {
    explicit State(F run) : f(std::move(run)) {}
    Once once;
    std::optional<F> f;
    std::exception_ptr thrown;
  };
  return [state = std::make_shared<State>(std::move(f))] {
    state->once.Do([&] {
      try {
        (*state->f)();
      } catch (...) {
        state->thrown = std::current_exception();
      }
      state->f.reset();
    });
    if (state->thrown) std::rethrow_exception(state->thrown);
  };
}

// A function that runs f once and returns a reference to f's result.
template <typename F>
auto OnceValue(F f) {
  using T = std::decay_t<std::invoke_result_t<F&>>;
  auto value = std::make_shared<std::optional<T>>();
  return [value, run = OnceFunc(
                     [value, f = std::move(f)]() mutable { value->emplace(f()); })]() -> const T& {
    run();
    return **value;
  };
}

}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_ONCE_H_
