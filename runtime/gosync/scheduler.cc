#include "gosync/scheduler.h"

#include <pthread.h>
#include <stdlib.h>

#include <new>

#include "gosync/detection.h"
#include "gosync/fatal.h"
#include "gosync/monitor.h"
#include "gosync/signals.h"
#include "gosync/switch.h"
#include "gosync/system.h"

// Both variants define it, so that a program cannot use both.
extern "C" {
extern int gosync_variant;
int gosync_variant = GOSYNC_RACE;
}

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

constinit Scheduler scheduler;

namespace {

constexpr std::uint32_t kGlobalEvery = 64;  // switches between looks at the global queue
constexpr std::uint32_t kMaxStreak = 32;
constexpr int kSearchRounds = 60;

// The running thread's worker. Read by a call each time: a goroutine may go on on another thread.
thread_local constinit Worker* current_worker = nullptr;

std::uint64_t Seed() {
  const char* text = getenv("GOSYNC_SEED");
  return text != nullptr ? strtoull(text, nullptr, 0) : static_cast<std::uint64_t>(Now());
}

std::uint32_t InitialLimit() {
  const char* text = getenv("GOMAXPROCS");
  const long asked = text != nullptr ? strtol(text, nullptr, 10) : 0;
  const long count = asked > 0 ? asked : ProcessorCount();
  return static_cast<std::uint32_t>(count < 1 ? 1 : count > 256 ? 256 : count);
}

Goroutine* TakeNext(Worker& w) {
  Goroutine* g = w.next.load(std::memory_order_relaxed);
  while (g != nullptr && !w.next.compare_exchange_weak(g, nullptr, std::memory_order_acq_rel)) {
  }
  return g;
}

// Takes from another worker's queue, or its `next` if the monitor allowed it.
Goroutine* StealFrom(Worker& w, Worker& victim) {
  Goroutine* stolen[RunQueue::kCapacity / 2];
  if (const std::uint32_t count = victim.queue.Grab(stolen, RunQueue::kCapacity / 2)) {
    for (std::uint32_t i = 1; i < count; ++i) {
      if (!w.queue.Push(*stolen[i])) PushGlobal(*stolen[i]);
    }
    return stolen[0];
  }
  if (!victim.give_next.load(std::memory_order_relaxed)) return nullptr;
  victim.give_next.store(false, std::memory_order_relaxed);
  return TakeNext(victim);
}

Goroutine* Steal(Worker& w) {
  const std::uint32_t count = scheduler.worker_count.load(std::memory_order_acquire);
  const std::uint32_t start = w.random.Below(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    Worker& victim = *scheduler.workers[(start + i) % count];
    if (&victim == &w) continue;
    if (Goroutine* g = StealFrom(w, victim)) return g;
  }
  return nullptr;
}

void StopSpinning(Worker& w) {
  if (!w.spinning) return;
  w.spinning = false;
  // The last one that stops looking, having found work, has another look for the rest.
  if (scheduler.spinning.fetch_sub(1) == 1) WakeWorker();
}

void StartSpinning(Worker& w) {
  if (w.spinning) return;
  w.spinning = true;
  scheduler.spinning.fetch_add(1);
}

// With scheduler.lock held.
void Unlist(Worker& w) {
  Worker** at = &scheduler.idle;
  while (*at != &w) at = &(*at)->next_idle;
  *at = w.next_idle;
  w.idle = false;
  scheduler.idle_count.fetch_sub(1);
  scheduler.busy.fetch_add(1);
}

// Gives away what it has: another goes on with it.
void Flush(Worker& w) {
  while (Goroutine* g = w.queue.Pop()) PushGlobal(*g);
  if (Goroutine* g = TakeNext(w)) PushGlobal(*g);
}

// Out of the idle list again, if it is still there and may be busy.
bool TakeBack(Worker& w) {
  bool first;
  {
    SpinLockHolder hold(scheduler.lock);
    const std::uint32_t busy = scheduler.busy.load();
    if (!w.idle || busy >= scheduler.BusyLimit()) return false;
    first = busy == 0;
    Unlist(w);
  }
  if (first) MonitorSeesWork();
  return true;
}

// Sleeps until it is woken. `surplus`: there are enough busy workers, and what it has is for them.
void Sleep(Worker& w, bool surplus) {
  if (surplus) Flush(w);
  {
    SpinLockHolder hold(scheduler.lock);
    w.wake.store(0, std::memory_order_relaxed);
    w.next_idle = scheduler.idle;
    scheduler.idle = &w;
    w.idle = true;
    scheduler.idle_count.fetch_add(1);
    scheduler.busy.fetch_sub(1);
  }
  // Out of the spinners only now: whoever queued something before saw a spinner, or sees us idle.
  if (w.spinning) {
    w.spinning = false;
    scheduler.spinning.fetch_sub(1);
  }
  // Who queues something and finds enough workers busy relies on them: each looks again here, the
  // surplus one, too, as others may have gone to sleep meanwhile.
  if (AnyRunnable() && TakeBack(w)) return;
  while (w.wake.load(std::memory_order_acquire) == 0) FutexWait(w.wake, 0);
}

// It is back: its place is its own.
void Unstick(Worker& w) {
  if (w.stuck.load(std::memory_order_relaxed) && w.stuck.exchange(false)) {
    scheduler.stuck.fetch_sub(1);
  }
}

bool TooManyBusy() {
  return scheduler.busy.load(std::memory_order_relaxed) > scheduler.BusyLimit();
}

// Something to run, from anywhere; sleeps until there is.
Goroutine& FindWork(Worker& w) {
  for (;;) {
    Unstick(w);
    if (TooManyBusy()) {
      Sleep(w, /*surplus=*/true);
      continue;
    }
    for (int round = 0; round < kSearchRounds; ++round) {
      Goroutine* g = w.queue.Pop();
      if (g == nullptr) g = TakeNext(w);
      if (g == nullptr) g = PopGlobal();
      if (g == nullptr) g = Steal(w);
      if (g != nullptr) {
        StopSpinning(w);
        return *g;
      }
      StartSpinning(w);
      if (PrepareGoroutine()) continue;
      for (int i = 0; i < 10; ++i) __builtin_ia32_pause();
    }
    Sleep(w, /*surplus=*/false);
  }
}

void WorkerMain(void* argument) {
  Worker& w = *static_cast<Worker*>(argument);
  current_worker = &w;
  w.stack = static_cast<const char*>(__builtin_frame_address(0));
  w.exceptions = CurrentExceptions();
  PrepareSignalStack();
  DetectWorkerStart();
  for (;;) SwitchTo(w, &FindWork(w));
}

#if GOSYNC_RACE
std::atomic<bool> exiting{false};
#endif
std::atomic<std::uint32_t> start_state{0};  // 0, 1: starting, 2: started

void Start() {
  scheduler.limit.store(InitialLimit(), std::memory_order_relaxed);
  InstallSignalHandlers();
#if GOSYNC_RACE
  atexit([] { exiting.store(true, std::memory_order_relaxed); });
#endif
  const char* const leaks = getenv("GOSYNC_LEAKS");
  if (leaks != nullptr && leaks[0] == '1') atexit(MonitorShowsLeaks);
  SpinLockHolder hold(scheduler.lock);
  for (std::uint32_t i = 0; i < scheduler.limit.load(std::memory_order_relaxed); ++i) {
    StartWorker();
  }
  StartMonitor();
}

}  // namespace

#if GOSYNC_RACE
bool Exiting() { return exiting.load(std::memory_order_relaxed); }
#endif

__attribute__((noinline)) Worker* CurrentWorker() { return current_worker; }

void EnsureStarted() {
  std::uint32_t state = start_state.load(std::memory_order_acquire);
  if (state == 2) return;
  if (state == 0 && start_state.compare_exchange_strong(state, 1)) {
    const Quiet quiet;
    Start();
    start_state.store(2, std::memory_order_release);
    return;
  }
  while (start_state.load(std::memory_order_acquire) != 2) YieldThread();
}

void StartThread(void (*run)(void*), void* argument) {
  struct Call {
    void (*run)(void*);
    void* argument;
  };
  const Quiet quiet;
  auto* call = static_cast<Call*>(malloc(sizeof(Call)));
  *call = {run, argument};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, kThreadStackBytes);
  pthread_t thread;
  const auto enter = [](void* p) -> void* {
    DetectThreadOfLibrary();
    const Call own = *static_cast<Call*>(p);
    free(p);
    own.run(own.argument);
    return nullptr;
  };
  if (pthread_create(&thread, &attributes, enter, call) != 0) Fatal("cannot start a thread");
  pthread_attr_destroy(&attributes);
}

void StartWorker() {
  const Quiet quiet;
  const std::uint32_t index = scheduler.worker_count.load(std::memory_order_relaxed);
  if (index == kMaxWorkers) return;
  static const std::uint64_t seed = Seed();
  void* memory = aligned_alloc(alignof(Worker), sizeof(Worker));
  auto* w = new (memory) Worker(index, seed + index * 0x9e3779b97f4a7c15u);
  scheduler.workers[index] = w;
  scheduler.worker_count.store(index + 1, std::memory_order_release);
  scheduler.busy.fetch_add(1);
  StartThread(WorkerMain, w);
}

bool AnyRunnable() {
  if (scheduler.queued.load() != 0) return true;
  const std::uint32_t count = scheduler.worker_count.load(std::memory_order_acquire);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!scheduler.workers[i]->queue.Empty()) return true;
  }
  return false;
}

namespace {

void WakeIdleWorker() {
  if (scheduler.spinning.load() != 0) return;
  Worker* w;
  bool first;
  {
    SpinLockHolder hold(scheduler.lock);
    w = scheduler.idle;
    if (w == nullptr || scheduler.busy.load(std::memory_order_relaxed) >= scheduler.BusyLimit()) {
      return;
    }
    first = scheduler.busy.load(std::memory_order_relaxed) == 0;
    Unlist(*w);
    w->spinning = true;
    scheduler.spinning.fetch_add(1);
  }
  w->wake.store(1, std::memory_order_release);
  FutexWake(w->wake);
  if (first) MonitorSeesWork();
}

}  // namespace

void WakeWorker() {
  // A locked operation: either we see the worker idle, or it sees what we queued.
  if (scheduler.idle_count.fetch_add(0) != 0) WakeIdleWorker();
}

void PushGlobal(Goroutine& g) {
  SpinLockHolder hold(scheduler.lock);
  g.next = nullptr;
  (scheduler.first == nullptr ? scheduler.first : scheduler.last->next) = &g;
  scheduler.last = &g;
  scheduler.queued.fetch_add(1);
}

Goroutine* PopGlobal() {
  if (scheduler.queued.load(std::memory_order_relaxed) == 0) return nullptr;
  SpinLockHolder hold(scheduler.lock);
  Goroutine* g = scheduler.first;
  if (g == nullptr) return nullptr;
  scheduler.first = g->next;
  scheduler.queued.fetch_sub(1);
  return g;
}

Goroutine* NextOf(Worker& w) {
  const std::uint32_t n = w.switches.load(std::memory_order_relaxed) + 1;
  w.switches.store(n, std::memory_order_relaxed);
  if (w.stuck.load(std::memory_order_relaxed)) {
    Unstick(w);
    return nullptr;
  }
  if (n % kGlobalEvery == 0) {
    if (TooManyBusy()) return nullptr;
    if (Goroutine* g = PopGlobal()) return g;
  }
  if (w.next.load(std::memory_order_relaxed) != nullptr &&
      (w.next_streak < kMaxStreak || w.queue.Empty())) {
    ++w.next_streak;
    if (Goroutine* g = TakeNext(w)) return g;
  }
  w.next_streak = 0;
  return w.queue.Pop();
}

void Enqueue(Worker& w, Goroutine& g) {
  if (!w.queue.Push(g)) {
    Goroutine* half[RunQueue::kCapacity / 2];
    const std::uint32_t count = w.queue.Grab(half, RunQueue::kCapacity / 2);
    for (std::uint32_t i = 0; i < count; ++i) PushGlobal(*half[i]);
    PushGlobal(g);
  }
  // One that goes to sleep at this moment may be missed: then this worker runs what it has by
  // itself, or the monitor sees that it does not.
  if (scheduler.idle_count.load(std::memory_order_relaxed) != 0) WakeIdleWorker();
}

void Ready(Goroutine& g) {
  if (g.life.load(std::memory_order_relaxed) == Life::kForeign) {
    scheduler.foreign_parked.fetch_sub(1);  // from here on it can go on
    g.wake.store(1, std::memory_order_release);
    FutexWake(g.wake);
    return;
  }
  g.life.store(Life::kRunnable, std::memory_order_relaxed);
  Worker* w = CurrentWorker();
  if (w == nullptr) {
    PushGlobal(g);
    WakeWorker();
    return;
  }
  Goroutine* old = w->next.load(std::memory_order_relaxed);
  if (old == nullptr) {
    w->next.store(&g, std::memory_order_release);
    return;
  }
  old = w->next.exchange(&g, std::memory_order_acq_rel);
  if (old != nullptr) Enqueue(*w, *old);
}

std::uint32_t Choose(std::uint32_t n) {
  if (Worker* w = CurrentWorker()) return w->random.Below(n);
  static thread_local constinit Random random{0x2545f4914f6cdd1du};
  return random.Below(n);
}

std::uint32_t WorkerPlace() {
  const Worker* const w = CurrentWorker();
  return w != nullptr ? w->place : 0;
}

bool OthersRun() { return scheduler.busy.load(std::memory_order_relaxed) > 1; }

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync
