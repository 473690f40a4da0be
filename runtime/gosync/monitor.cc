#include "gosync/monitor.h"

#include <unistd.h>

#include "gosync/fatal.h"
#include "gosync/leaks.h"
#include "gosync/scheduler.h"
#include "gosync/show.h"
#include "gosync/system.h"
#include "gosync/timers.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {
namespace {

constexpr std::int64_t kRound = 1'000'000;  // nanoseconds
constexpr std::uint32_t kStuckRounds = 10;
// Rounds without a busy worker before the monitor sleeps too.
constexpr int kIdleRounds = 5;
constexpr int kFatalStatus = 2;

// Bit 0: there is something to look at. Bit 1: the monitor sleeps until there is.
constexpr std::uint32_t kNews = 1;
constexpr std::uint32_t kAsleep = 2;
AtomicCell<std::uint32_t> state{0};

// 1: MonitorShowsLeaks was called, by that thread; 2: done.
AtomicCell<std::uint32_t> leaks{0};
ExitingThread exiting = {};

void Notify() {
  if ((state.fetch_or(kNews) & kNews) == 0) FutexWake(state);
}

bool HasWork(const Worker& w) {
  return w.next.load(std::memory_order_relaxed) != nullptr || !w.queue.Empty();
}

// Its goroutines, and its place among the busy workers, go to another worker.
void Replace(Worker& w) {
  w.give_next.store(true, std::memory_order_relaxed);
  if (!w.stuck.exchange(true)) scheduler.stuck.fetch_add(1);
  if (scheduler.idle_count.load() != 0) {
    WakeWorker();
    return;
  }
  SpinLockHolder hold(scheduler.lock);
  if (scheduler.busy.load() < scheduler.BusyLimit()) StartWorker();
}

// A worker that went on with one goroutine for a round, while another of its own waits, shares; one
// that did so for long is stuck.
void WatchWorkers() {
  const std::uint32_t count = scheduler.worker_count.load(std::memory_order_acquire);
  for (std::uint32_t i = 0; i < count; ++i) {
    Worker& w = *scheduler.workers[i];
    const std::uint32_t switches = w.switches.load(std::memory_order_relaxed);
    const bool idle = __atomic_load_n(&w.idle, __ATOMIC_RELAXED);
    if (idle || switches != w.seen_switches) {
      w.seen_switches = switches;
      w.seen_for = 0;
      continue;
    }
    ++w.seen_for;
    const bool waiting = HasWork(w) || scheduler.queued.load(std::memory_order_relaxed) != 0;
    if (!waiting) continue;
    if (w.seen_for >= kStuckRounds) {
      Replace(w);
    } else if (scheduler.idle_count.load() != 0) {
      w.give_next.store(true, std::memory_order_relaxed);
      WakeWorker();
    }
  }
}

// Every thread of the process is a sleeping worker, this one, or waits in a primitive, and no alarm
// is set. Another thread could still wake somebody.
bool NobodyCanGoOn() {
  const auto quiet = [] {
    return scheduler.busy.load() == 0 && scheduler.queued.load() == 0 &&
           scheduler.foreign_parked.load() != 0;
  };
  if (!quiet()) return false;
  const std::uint32_t own = scheduler.worker_count.load() + 1 + scheduler.foreign_parked.load();
  return static_cast<std::uint32_t>(ThreadCount()) == own && quiet();
}

void DieOfDeadlock() {
  WriteError("fatal error: all goroutines are asleep - deadlock!\n\n");
  ShowAllWaiting();
  _exit(kFatalStatus);
}

void Wait(std::int64_t until) {
  const std::int64_t left = until < 0 ? -1 : until - Now();
  if (until >= 0 && left <= 0) return;
  const std::uint32_t seen = state.load();
  if ((seen & kNews) == 0) FutexWait(state, seen, left);
}

[[noreturn]] void MonitorMain(void*) {
  int idle_rounds = 0;
  for (;;) {
    state.fetch_and(~kNews);
    if (leaks.load() == 1) {
      ShowLeaks(exiting);
      leaks.store(2);
      FutexWake(leaks);
    }
    const std::int64_t next = RingDue();
    if (scheduler.busy.load() != 0) {
      idle_rounds = 0;
      WatchWorkers();
    } else {
      ++idle_rounds;
    }
    if (idle_rounds < kIdleRounds) {
      const std::int64_t round_end = Now() + kRound;
      Wait(next >= 0 && next < round_end ? next : round_end);
      continue;
    }
    if (next < 0 && NobodyCanGoOn()) DieOfDeadlock();
    state.fetch_or(kAsleep);
    if (scheduler.busy.load() == 0) Wait(next);
    state.fetch_and(~kAsleep);
    idle_rounds = 0;
  }
}

}  // namespace

void MonitorShowsLeaks() {
  exiting = {reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)),
             reinterpret_cast<std::uintptr_t>(__builtin_thread_pointer())};
  leaks.store(1);
  Notify();
  while (leaks.load() == 1) FutexWait(leaks, 1);
}

void MonitorSeesAlarm() { Notify(); }

void MonitorSeesWork() {
  if ((state.load() & kAsleep) != 0) Notify();
}

void StartMonitor() {
  StartThread([](void*) { MonitorMain(nullptr); }, nullptr);
}

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync
