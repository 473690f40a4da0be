// Goroutines.
//
// A goroutine runs a function on a small stack of its own (256 KiB of address space, a page of
// memory to begin with), on one of GOMAXPROCS worker threads. It blocks in the library's primitives
// at the price of a function call or two; in a system call it occupies its worker, and the
// scheduler brings another one in after a while. Goroutines may be started, and all primitives
// used, from any thread. The program ends when main returns, whatever goroutines still do.
//
// A goroutine may go on on another thread after it blocked: thread_local variables, errno and
// whatever belongs to a thread (a locked std::mutex) must not be carried across a blocking call.
#ifndef GOSYNC_GO_H_
#define GOSYNC_GO_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <new>
#include <tuple>
#include <type_traits>
#include <utility>

#include "gosync/clock.h"
#include "gosync/config.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

// A goroutine to be, in three steps: memory for the call, which the caller then fills; or given
// back.
struct Launch {
  void* goroutine;
  void* memory;
};
Launch BeginLaunch(void (*run)(void*), std::size_t size, std::size_t alignment);
void AbandonLaunch(const Launch& launch);
void EndLaunch(const Launch& launch, std::uintptr_t pc);

template <typename F, typename... Args>
struct BoundCall {
  F function;
  std::tuple<Args...> arguments;

  GOSYNC_UNCHECKED static void Run(void* call) {
    auto* own = static_cast<BoundCall*>(call);
    std::apply(std::move(own->function), std::move(own->arguments));
    own->~BoundCall();
  }
};

template <typename F>
struct BoundCall<F> {
  F function;

  GOSYNC_UNCHECKED static void Run(void* call) {
    auto* own = static_cast<BoundCall*>(call);
    std::move(own->function)();
    own->~BoundCall();
  }
};

template <typename Call, typename F, typename... Args>
GOSYNC_UNCHECKED void Construct(void* memory, F&& f, Args&&... args) {
  if constexpr (sizeof...(Args) == 0) {
    new (memory) Call{std::forward<F>(f)};
  } else {
    new (memory) Call{std::forward<F>(f), {std::forward<Args>(args)...}};
  }
}

}  // namespace detail

// Starts f(args...) as a goroutine; everything before is ordered before it. f and args are copied
// or moved first, as for std::thread. An exception that leaves f ends the program.
template <typename F, typename... Args>
GOSYNC_UNCHECKED __attribute__((noinline)) void Go(F&& f, Args&&... args) {
  using Call = detail::BoundCall<std::decay_t<F>, std::decay_t<Args>...>;
  const detail::Launch launch = detail::BeginLaunch(&Call::Run, sizeof(Call), alignof(Call));
  if constexpr (std::is_nothrow_constructible_v<std::decay_t<F>, F> &&
                (std::is_nothrow_constructible_v<std::decay_t<Args>, Args> && ...)) {
    detail::Construct<Call>(launch.memory, std::forward<F>(f), std::forward<Args>(args)...);
  } else {
    try {
      detail::Construct<Call>(launch.memory, std::forward<F>(f), std::forward<Args>(args)...);
    } catch (...) {
      detail::AbandonLaunch(launch);
      throw;
    }
  }
  detail::EndLaunch(launch, GOSYNC_PC());
}

// Lets others run. No order comes of it.
void Gosched();
// At least so long; negative or zero: returns at once. No order comes of it.
void Sleep(std::chrono::nanoseconds duration);
// Goroutines that have started and not ended, and main.
int NumGoroutine();
// How many goroutines run at once: the environment's GOMAXPROCS, else the processors that the
// process may use. With n > 0 it is changed. Returns what it was.
int GOMAXPROCS(int n = 0);

}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_GO_H_
