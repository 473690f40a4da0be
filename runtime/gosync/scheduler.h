// The scheduler: goroutines on worker threads.
//
// Each worker has a queue of runnable goroutines and a slot for the one that runs next (what the
// running one made ready last: it probably waits for the running one to stop). A worker that parks
// switches to the next goroutine directly; with nothing of its own it takes from the global queue,
// then from others, and then sleeps. Sleeping workers are woken when a queue gets something while
// nobody looks for work already.
//
// Nothing is preempted. A monitor thread watches: a worker that did not switch for a while, in a
// system call or a long computation, loses its waiting goroutines to another worker, made for it if
// need be; and when no worker is left over and none can be woken any more, the program is dead.
#ifndef GOSYNC_SCHEDULER_H_
#define GOSYNC_SCHEDULER_H_

#include <atomic>
#include <cstdint>

#include "gosync/goroutine.h"
#include "gosync/random.h"
#include "gosync/run_queue.h"
#include "gosync/stack.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

inline constexpr std::uint32_t kMaxWorkers = 1024;
inline constexpr std::size_t kThreadStackBytes = std::size_t{256}
                                                 << 10;  // of the library's threads

// What becomes of the goroutine that a worker left, once it no longer runs.
enum class After : std::uint8_t { kNothing, kCommit, kRequeue, kEnd };

struct alignas(128) Worker {
  Worker(std::uint32_t its_place, std::uint64_t seed) : place(its_place), random(seed) {}

  const std::uint32_t place;              // in scheduler.workers
  const char* stack = nullptr;            // of its own loop: in use from here downwards
  Goroutine* current = nullptr;           // null: it is in its own loop
  std::atomic<Goroutine*> next{nullptr};  // set by the owner only; taken by compare-and-swap
  std::uint32_t next_streak = 0;          // how often in a row `next` was taken
  std::atomic<std::uint32_t> switches{0};
  std::atomic<bool> stuck{false};      // the monitor gave its place to another
  std::atomic<bool> give_next{false};  // its `next` may be stolen
  void* context = nullptr;             // of its own loop, while a goroutine runs
  Goroutine* leaving = nullptr;        // switched away from; null: its own loop
  After after = After::kNothing;
  void (*commit)(void*) = nullptr;
  void* commit_argument = nullptr;
  void** exceptions = nullptr;  // the thread's __cxa_eh_globals
  StackCache stacks;
  std::uint64_t next_id = 0, end_id = 0;  // ids of goroutines, handed out in batches
  std::atomic<std::int64_t> started{0}, ended{0};
  Random random;
  RunQueue queue;

  bool spinning = false;
  bool idle = false;  // in the list of idle workers
  Worker* next_idle = nullptr;
  AtomicCell<std::uint32_t> wake{0};  // futex
  // The monitor's.
  std::uint32_t seen_switches = 0;
  std::uint32_t seen_for = 0;  // rounds
};

struct Scheduler {
  SpinLock lock;  // of the global queue, the idle list and the start of workers
  Goroutine* first = nullptr;
  Goroutine* last = nullptr;
  std::atomic<std::uint32_t> queued{0};
  Worker* idle = nullptr;
  std::atomic<std::uint32_t> idle_count{0};
  std::atomic<std::uint32_t> spinning{0};  // workers that look for work
  std::atomic<std::uint32_t> busy{0};      // workers that are not idle
  std::atomic<std::uint32_t> stuck{0};
  std::atomic<std::uint32_t> limit{0};  // GOMAXPROCS; 0: not started
  std::atomic<std::uint32_t> worker_count{0};
  Worker* workers[kMaxWorkers] = {};
  std::atomic<std::uint64_t> next_id{1};
  std::atomic<std::int64_t> started{0};          // by threads that are no workers
  std::atomic<std::uint32_t> foreign_parked{0};  // such threads that wait

  std::uint32_t BusyLimit() const {
    return limit.load(std::memory_order_relaxed) + stuck.load(std::memory_order_relaxed);
  }
};
extern constinit Scheduler scheduler;

// Starts the workers and the monitor, on the first call.
void EnsureStarted();
// A new worker, busy. With scheduler.lock held.
void StartWorker();
// Wakes a worker if there is one, nobody looks for work already and more may be busy.
void WakeWorker();
// Runnable goroutines from anywhere but a worker's own queue.
void PushGlobal(Goroutine& g);
Goroutine* PopGlobal();
Worker* CurrentWorker();  // null: a foreign thread
// Queues a new or ready goroutine on the running worker.
void Enqueue(Worker& w, Goroutine& g);
bool AnyRunnable();

// A goroutine that will run run(call); its stack's end, for `call`. Then StartGoroutine.
Goroutine& NewGoroutine(void (*run)(void*));
// `known`: starts after what that clock says instead of after what the caller did.
void StartGoroutine(Goroutine& g, std::uintptr_t pc, const Clock* known = nullptr);

// The monitor (monitor.cc).
void StartMonitor();
// A worker became busy when none was.
void MonitorSeesWork();
// A thread for the library's own use; the detector does not know of it.
void StartThread(void (*run)(void*), void* argument);
// Foreign goroutines, for listings of all goroutines.
void ForEachForeign(GoroutineVisitor visit, void* context);

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_SCHEDULER_H_
