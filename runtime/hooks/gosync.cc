// __hbsan_go_*: what the library gosync tells the detector of goroutines and of the edges of its
// primitives. The declarations that it uses are in runtime/gosync/clock.h and detection.h.
//
// A worker thread of the library has a HotState like any OS thread. While a goroutine runs on it,
// its HotState stands for that goroutine; between goroutines the worker is inside the runtime
// (depth 1), so that a signal waits, and holds nothing of the engine's, so that nobody waits for it
// (ThreadInfo::hot is null).
#include "detector/whole_check.h"
#include "runtime/hooks/ignore.h"
#include "runtime/report/report.h"
#include "runtime/report/reporter.h"
#include "runtime/runtime.h"

using hbsan::AccessFlavor;
using hbsan::AccessKind;
using hbsan::Addr;
using hbsan::EmbeddedClock;
using hbsan::Frame;
using hbsan::HotState;
using hbsan::RuntimeScope;
using hbsan::TheDetector;
using hbsan::ThreadInfo;
using hbsan::ThreadState;

namespace {

// Of a worker thread.
struct OwnWorker {
  ThreadInfo* info;
  int plane;
};
thread_local constinit OwnWorker own_worker = {};

// For threads that are nobody (the library's monitor).
hbsan::SpinLock nobodys_lock;
hbsan::ClockNodeCache nobodys_clock_nodes;

// Whether anybody has to wait for this thread to be outside. The monitor, which shows stacks of
// goroutines at the program's end, is no worker.
void NoteHot(HotState* hot) {
  if (own_worker.info != nullptr) __atomic_store_n(&own_worker.info->hot, hot, __ATOMIC_RELEASE);
}

Addr AddressOf(const void* p) { return reinterpret_cast<Addr>(p); }

bool IsNobody() { return hbsan::InRuntime() || __hbsan_hot.state == nullptr; }

// Calls use(clock node cache) of the running thread.
template <typename Use>
auto WithClockNodes(Use use) {
  if (!IsNobody()) {
    RuntimeScope scope;
    return use(scope.thread().worker->clock_nodes);
  }
  hbsan::SpinLockHolder hold(nobodys_lock);
  return use(nobodys_clock_nodes);
}

// The edges of ignored synchronisation are none.
template <typename Use>
void WithThread(Use use) {
  if (hbsan::InRuntime()) return;
  RuntimeScope scope;
  ThreadState& t = scope.thread();
  if (!hbsan::IgnoresSync(t)) use(t);
}

// A send on a channel is a read of one of this many cells, its first, and a close a write of all of
// them: the sender's tid chooses, so that most senders find no read but their own.
constexpr std::uint32_t kSendCells = 8;

// Checks an operation of t's on `object` by all rules: check(race) tells whether it races.
template <typename Check>
__attribute__((noinline)) void CheckAndReport(ThreadState& t, const void* object, Check check) {
  hbsan::Race race;
  if (!check(race)) return;
  for (hbsan::Access* access : {&race.current, &race.previous}) {
    access->addr = AddressOf(object);
    access->size = hbsan::kCellBytes;
  }
  ReportRace(t, race);
}

// An operation as an access of one cell of the object.
template <AccessKind kKind, AccessFlavor kFlavor>
__attribute__((noinline)) void CheckOperation(const void* object, std::uintptr_t pc) {
  using hbsan::kCellBytes;
  if (hbsan::InRuntime()) return;
  RuntimeScope scope;
  ThreadState& t = scope.thread();
  if (hbsan::IgnoresAccess(t, kKind)) return;
  const std::uint32_t cell = kFlavor == AccessFlavor::kChannel ? t.tid.value % kSendCells : 0;
  const Addr at = AddressOf(object) + cell * kCellBytes;
  hbsan::Detector& detector = TheDetector();
  const auto outcome =
      hbsan::BeginCheck<kKind, kCellBytes, kFlavor>(detector, t, __hbsan_hot, pc, at);
  if (outcome != hbsan::QuickOutcome::kNoRace) [[unlikely]] {
    hbsan::FinishCheck<kKind, kCellBytes, kFlavor>(
        outcome, detector, t, pc, at, [&](bool stored, Addr of_cell) {
          CheckAndReport(t, object, [&](hbsan::Race& race) {
            const hbsan::Site site{pc, kKind, kFlavor};
            return stored ? detector.CheckStored(t, site, at, kCellBytes, of_cell, race)
                          : detector.CheckAccess(t, site, at, kCellBytes, race);
          });
        });
  }
  hbsan::ReclaimIfDue();
}

void CheckClose(const void* channel, std::uintptr_t pc) {
  if (hbsan::InRuntime()) return;
  RuntimeScope scope;
  ThreadState& t = scope.thread();
  if (hbsan::IgnoresAccess(t, AccessKind::kWrite)) return;
  CheckAndReport(t, channel, [&](hbsan::Race& race) {
    const hbsan::Site site{pc, AccessKind::kWrite, AccessFlavor::kChannel};
    return TheDetector().CheckAccess(t, site, AddressOf(channel), kSendCells * hbsan::kCellBytes,
                                     race);
  });
  hbsan::ReclaimIfDue();
}

}  // namespace

// --- Who runs where

// > 0: the calls of libc that follow are the library's own.
HBSAN_ABI void __hbsan_go_quiet(int change) {
  HotState& hot = __hbsan_hot;
  hot.depth += static_cast<std::uint32_t>(change);
  if (hot.depth == 0 && hot.signal_pending != 0) hbsan::DeliverPendingSignals();
}

HBSAN_ABI void __hbsan_go_worker_start() {
  hbsan::ThreadsStartUnordered();  // timers' goroutines, after what was known when they were set
  own_worker.info = hbsan::CreateWorker(own_worker.plane);
}

HBSAN_ABI void* __hbsan_go_start(std::uint64_t id, void* frames, void* stack_begin, void* stack_end,
                                 const EmbeddedClock* known, std::uintptr_t pc) {
  const hbsan::GoroutinePlace place{static_cast<std::uint32_t>(id), static_cast<Frame*>(frames),
                                    AddressOf(stack_begin), AddressOf(stack_end)};
  if (known != nullptr || IsNobody()) {
    static constinit const EmbeddedClock nothing{};
    return WithClockNodes([&](hbsan::ClockNodeCache& cache) -> void* {
      return hbsan::CreateGoroutine({nullptr, known != nullptr ? known : &nothing, &cache, {}},
                                    place);
    });
  }
  RuntimeScope scope;
  ThreadState& t = scope.thread();
  return hbsan::CreateGoroutine({&t, nullptr, nullptr, TheDetector().CurrentStack(t, pc)}, place);
}

// Either may be null: the worker itself.
HBSAN_ABI void __hbsan_go_switch(ThreadInfo* from, ThreadInfo* to) {
  HotState& hot = __hbsan_hot;
  hot.depth = 1;
  hbsan::Detector& detector = TheDetector();
  if (from != nullptr) detector.Suspend(*from->state);
  if (to == nullptr) {
    NoteHot(nullptr);
    return;
  }
  NoteHot(&hot);
  detector.Resume(*to->state, hot, own_worker.plane);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  hot.depth = 0;
  if (hot.signal_pending != 0) hbsan::DeliverPendingSignals();
}

// The running goroutine's end. From here to the next switch nobody runs on the worker.
HBSAN_ABI void __hbsan_go_end(ThreadInfo* thread) {
  RuntimeScope scope;
  hbsan::EndGoroutine(*thread);
  ++__hbsan_hot.depth;
}

// --- Edges

HBSAN_ABI void __hbsan_go_acquire(const EmbeddedClock* l) {
  WithThread([&](ThreadState& t) { TheDetector().Acquire(t, *l); });
}
HBSAN_ABI void __hbsan_go_release(EmbeddedClock* l, const void* object, std::uintptr_t pc) {
  WithThread([&](ThreadState& t) { TheDetector().Release(t, *l, AddressOf(object), pc); });
}
HBSAN_ABI void __hbsan_go_lock(const EmbeddedClock* l, const void* mutex, std::uintptr_t pc,
                               unsigned shared) {
  if (hbsan::InRuntime()) return;
  RuntimeScope scope;
  ThreadState& t = scope.thread();
  hbsan::Detector& detector = TheDetector();
  if (!hbsan::IgnoresSync(t)) detector.Acquire(t, *l);
  detector.MutexLocked(t, AddressOf(mutex), detector.CurrentStack(t, pc), shared != 0);
}
// Right after the lock: only the caller will unlock it.
HBSAN_ABI void __hbsan_go_owns(const void* mutex, unsigned shared) {
  WithThread([&](ThreadState& t) { hbsan::Detector::OwnsMutex(t, AddressOf(mutex), shared != 0); });
}
// 1 if the caller's lock of the mutex, which acquired `locked`, was to be unlocked by it alone, and
// was not; then nothing is released.
HBSAN_ABI unsigned __hbsan_go_unlock(const EmbeddedClock* locked, EmbeddedClock* l,
                                     const void* mutex, std::uintptr_t pc) {
  if (hbsan::InRuntime()) return 0;
  RuntimeScope scope;
  ThreadState& t = scope.thread();
  hbsan::Detector& detector = TheDetector();
  if (!hbsan::IgnoresSync(t)) {
    if (hbsan::Detector::LostMutex(t, AddressOf(mutex), *locked)) return 1;
    detector.Release(t, *l, AddressOf(mutex), pc);
  }
  detector.MutexUnlocked(t, AddressOf(mutex));
  return 0;
}
HBSAN_ABI void __hbsan_go_release_store(EmbeddedClock* l, const void* object, std::uintptr_t pc) {
  WithThread([&](ThreadState& t) { TheDetector().ReleaseStore(t, *l, AddressOf(object), pc); });
}
HBSAN_ABI void __hbsan_go_exchange(EmbeddedClock* l, EmbeddedClock* taken, const void* object,
                                   std::uintptr_t pc) {
  WithThread([&](ThreadState& t) { TheDetector().Exchange(t, *l, *taken, AddressOf(object), pc); });
}
HBSAN_ABI void __hbsan_go_take(EmbeddedClock* l) {
  WithThread([&](ThreadState& t) { TheDetector().Take(t, *l); });
}
HBSAN_ABI void __hbsan_go_exchange_for_two(EmbeddedClock* slot, EmbeddedClock* taken,
                                           EmbeddedClock* offer, EmbeddedClock* box,
                                           const void* object, std::uintptr_t pc) {
  WithThread([&](ThreadState& t) {
    TheDetector().ExchangeForTwo(t, *slot, *taken, *offer, *box, AddressOf(object), pc);
  });
}
HBSAN_ABI void __hbsan_go_meet(EmbeddedClock* offer, EmbeddedClock* box, const void* object,
                               std::uintptr_t pc) {
  WithThread([&](ThreadState& t) { TheDetector().Meet(t, *offer, *box, AddressOf(object), pc); });
}
HBSAN_ABI void __hbsan_go_copy(EmbeddedClock* to, const EmbeddedClock* from) {
  WithClockNodes([&](hbsan::ClockNodeCache& cache) { TheDetector().Copy(cache, *to, *from); });
}
HBSAN_ABI void __hbsan_go_drop(EmbeddedClock* l) {
  WithClockNodes([&](hbsan::ClockNodeCache& cache) { TheDetector().Drop(cache, *l); });
}

// --- Accesses and what reports need

// Numbered as Operation in runtime/gosync/clock.h.
HBSAN_ABI void __hbsan_go_operation(unsigned operation, const void* object, std::uintptr_t pc) {
  switch (operation) {
    case 0:
      return CheckOperation<AccessKind::kRead, AccessFlavor::kChannel>(object, pc);
    case 1:
      return CheckClose(object, pc);
    case 2:
      return CheckOperation<AccessKind::kRead, AccessFlavor::kWaitGroup>(object, pc);
    default:
      return CheckOperation<AccessKind::kWrite, AccessFlavor::kWaitGroup>(object, pc);
  }
}

HBSAN_ABI void __hbsan_go_written(const void* p, std::size_t size, std::uintptr_t pc) {
  hbsan::CheckHook(pc, AccessKind::kWrite, p, size);
}

// A block of the library's, up to the next multiple of 8; also while nobody runs here.
HBSAN_ABI void __hbsan_go_fresh(const void* p, std::size_t size) {
  const std::size_t cells = (size + hbsan::kCellBytes - 1) & ~(hbsan::kCellBytes - 1);
  WithClockNodes(
      [&](hbsan::ClockNodeCache& cache) { TheDetector().ResetCells(cache, AddressOf(p), cells); });
}

HBSAN_ABI void __hbsan_go_hide(int change) {
  if (hbsan::InRuntime()) return;
  RuntimeScope scope;
  if (change > 0) {
    hbsan::BeginIgnoring(scope.thread());
  } else {
    hbsan::EndIgnoring(scope.thread());
  }
}

// The call stack of the running goroutine or thread.
HBSAN_ABI void __hbsan_go_print_stack() {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  HotState& hot = __hbsan_hot;
  if (hot.state == nullptr) return;
  ++hot.depth;
  hbsan::TheReporter().PrintCallStack(hbsan::CallerStack(*hot.state, pc));
  --hot.depth;
}
