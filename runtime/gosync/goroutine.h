// What the library knows of one goroutine, and Park / Ready: the one way to block.
//
// Whoever waits queues itself in a structure under that structure's lock and parks; the lock is
// released when the goroutine no longer runs. Whoever finds it there takes it out, and makes it
// ready: exactly one Ready answers each Park. Threads that are not the scheduler's (main, any
// std::thread) have a Goroutine too, and sleep on a futex.
#ifndef GOSYNC_GOROUTINE_H_
#define GOSYNC_GOROUTINE_H_

#include <cstdint>

#include "gosync/atomic_cell.h"
#include "gosync/clock.h"
#include "gosync/config.h"
#include "gosync/spin_lock.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

enum class WaitReason : std::uint8_t {
  kNone,
  kSend,
  kReceive,
  kSendNil,
  kReceiveNil,
  kSelect,
  kSelectEmpty,
  kMutex,
  kReadLock,
  kWriteLock,
  kWaitGroup,
  kCond,
  kSleep,
  kSemaphore
};

enum class Life : std::uint8_t { kUnused, kRunnable, kRunning, kParked, kForeign };

// It lies at the upper end of its stack, so that a parked goroutine takes one page.
struct Goroutine {
  void* context = nullptr;    // boost.context's, while it does not run
  Goroutine* next = nullptr;  // in a run queue or a list of free stacks
  std::uint64_t id = 0;
  AtomicCell<Life> life{Life::kUnused};
  WaitReason reason = WaitReason::kNone;
  // A waiter of a select is in several queues: who sets this may take it.
  AtomicCell<std::uint32_t> selected{0};
  AtomicCell<std::uint32_t> wake{0};  // futex of a foreign thread
  std::uint32_t call_bytes = 0;       // of a `call` made by Go
  void (*run)(void* call) = nullptr;  // calls and destroys the function that it was started with
  void* call = nullptr;
  void* exceptions[2] = {};  // __cxa_eh_globals, while it does not run
  // Of the latest Park: what its clock was then, and what it learns from whoever ends the wait.
  Clock offer;
  Clock box;
#if GOSYNC_RACE
  void* thread = nullptr;      // the detector's ThreadInfo
  void* small_call = nullptr;  // memory for `call` (see stack.h)
#endif
  const void* waits_for = nullptr;
  std::uint32_t slot = 0;  // its number (see stack.h)
};

// The running one; of a thread that is not the scheduler's it is made on first use.
Goroutine& Self();
// The running goroutine waits until somebody calls Ready for it. `commit(argument)` runs once it no
// longer does: from then on it may be made ready.
void Park(Goroutine& self, WaitReason reason, const void* object, void (*commit)(void*),
          void* argument);
// The same, with `lock` released in the end.
void Park(Goroutine& self, WaitReason reason, const void* object, SpinLock& lock);
// Ends its wait. May be called by anybody, with locks held.
void Ready(Goroutine& g);
[[noreturn]] void ParkForever(WaitReason reason);

// True when busy waiting may pay: others run at the same time.
bool OthersRun();
// A small number of the worker that runs, for what is kept per worker; 0 of other threads.
std::uint32_t WorkerPlace();

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_GOROUTINE_H_
