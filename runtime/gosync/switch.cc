#include "gosync/switch.h"

#include <cxxabi.h>

#include <boost/context/detail/fcontext.hpp>

#include "gosync/detection.h"
#include "gosync/fatal.h"
#include "gosync/go.h"
#include "gosync/show.h"
#include "gosync/system.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {
namespace {

using boost::context::detail::fcontext_t;
using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::ontop_fcontext;
using boost::context::detail::transfer_t;

// The running goroutine; of a foreign thread, if it has one.
thread_local constinit Goroutine* self = nullptr;

__attribute__((noinline)) void SetSelf(Goroutine* g) { self = g; }

// First thing in the context that a worker switched to.
void Arrive(transfer_t from) {
  Worker& w = *static_cast<Worker*>(from.data);
  Goroutine* left = w.leaving;
  if (left == nullptr) {
    w.context = from.fctx;
    return;
  }
  left->context = from.fctx;
  const After after = w.after;
  w.after = After::kNothing;
  switch (after) {
    case After::kNothing:
      break;
    case After::kCommit:
      w.commit(w.commit_argument);
      break;
    case After::kRequeue:
      left->life.store(Life::kRunnable, std::memory_order_relaxed);
      Enqueue(w, *left);
      break;
    case After::kEnd:
      FreeGoroutine(*left, &w.stacks);
      break;
  }
}

// An exception that leaves the function finds no handler: std::terminate, with the stack as it was
// thrown.
void Call(Goroutine& g) noexcept { g.run(g.call); }

void Main(transfer_t from) {
  Arrive(from);
  Call(*static_cast<Worker*>(from.data)->current);
  Worker& w = *CurrentWorker();
  Goroutine& g = *w.current;
  DetectEnd(g);
  g.life.store(Life::kUnused, std::memory_order_relaxed);
  w.ended.store(w.ended.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  w.after = After::kEnd;
  SwitchTo(w, NextOf(w));
  __builtin_unreachable();
}

std::uint64_t NewId(Worker* w) {
  constexpr std::uint64_t kBatch = 16;
  if (w == nullptr) return scheduler.next_id.fetch_add(1, std::memory_order_relaxed);
  if (w->next_id == w->end_id) {
    w->next_id = scheduler.next_id.fetch_add(kBatch, std::memory_order_relaxed);
    w->end_id = w->next_id + kBatch;
  }
  return w->next_id++;
}

// Goroutines of foreign threads; a thread that ends leaves its own to another.
struct Foreign {
  Goroutine g;
  Foreign* next_of_all = nullptr;
  Foreign* next_free = nullptr;
};
struct {
  SpinLock lock;
  Foreign* all = nullptr;
  Foreign* free = nullptr;
} foreigners;

struct ForeignOwner {
  Foreign* foreign = nullptr;
  ~ForeignOwner() {
    if (foreign == nullptr) return;
    SetSelf(nullptr);
    SpinLockHolder hold(foreigners.lock);
    foreign->next_free = foreigners.free;
    foreigners.free = foreign;
  }
};

__attribute__((noinline)) Goroutine& NewForeign() {
  EnsureStarted();
  static thread_local ForeignOwner owner;
  const QuietHolder hold(foreigners.lock);
  Foreign* foreign = foreigners.free;
  if (foreign != nullptr) {
    foreigners.free = foreign->next_free;
  } else {
    foreign = new Foreign;
    foreign->next_of_all = foreigners.all;
    foreigners.all = foreign;
    foreign->g.life.store(Life::kForeign, std::memory_order_relaxed);
  }
  owner.foreign = foreign;
  SetSelf(&foreign->g);
  return foreign->g;
}

void ParkForeign(Goroutine& g) {
  constexpr std::uint32_t kShowStack = 2;
  for (;;) {
    const std::uint32_t wake = g.wake.load(std::memory_order_acquire);
    if (wake == 1) return;
    if (wake == kShowStack) {
      ShowOwnStack();
      g.wake.store(0, std::memory_order_release);
      FutexWake(g.wake);
    }
    FutexWait(g.wake, 0);
  }
}

}  // namespace

__attribute__((noinline)) Goroutine& Self() {
  Goroutine* g = self;
  return g != nullptr ? *g : NewForeign();
}

void ForEachForeign(GoroutineVisitor visit, void* context) {
  SpinLockHolder hold(foreigners.lock);
  for (Foreign* f = foreigners.all; f != nullptr; f = f->next_of_all) visit(f->g, context);
}

void** CurrentExceptions() { return reinterpret_cast<void**>(abi::__cxa_get_globals()); }

void SwitchTo(Worker& w, Goroutine* to) {
  Goroutine* from = w.current;
  if (from != nullptr) {
    from->exceptions[0] = w.exceptions[0];
    from->exceptions[1] = w.exceptions[1];
  }
  w.leaving = from;
  w.current = to;
  void* context = w.context;
  if (to != nullptr) {
    w.exceptions[0] = to->exceptions[0];
    w.exceptions[1] = to->exceptions[1];
    to->life.store(Life::kRunning, std::memory_order_relaxed);
    context = to->context;
  }
  SetSelf(to);
  DetectSwitch(from, to);
  Arrive(jump_fcontext(context, &w));
}

void Park(Goroutine& g, WaitReason reason, const void* object, void (*commit)(void*),
          void* argument) {
  g.reason = reason;
  g.waits_for = object;
  if (g.life.load(std::memory_order_relaxed) == Life::kForeign) {
    g.wake.store(0, std::memory_order_relaxed);
    scheduler.foreign_parked.fetch_add(1);
    commit(argument);
    ParkForeign(g);
    g.reason = WaitReason::kNone;
    return;
  }
  Worker& w = *CurrentWorker();
  g.life.store(Life::kParked, std::memory_order_relaxed);
  w.after = After::kCommit;
  w.commit = commit;
  w.commit_argument = argument;
  SwitchTo(w, NextOf(w));
}

void Park(Goroutine& g, WaitReason reason, const void* object, SpinLock& lock) {
  Park(g, reason, object, [](void* p) { static_cast<SpinLock*>(p)->Unlock(); }, &lock);
}

void ParkForever(WaitReason reason) {
  Park(Self(), reason, nullptr, [](void*) {}, nullptr);
  __builtin_unreachable();
}

void RunOnStackOf(Goroutine& g, void (*visit)(void*), void* context) {
  struct Visit {
    void (*visit)(void*);
    void* context;
  } call{visit, context};
  const auto run = [](transfer_t from) -> transfer_t {
    const Visit& call = *static_cast<Visit*>(from.data);
    call.visit(call.context);
    return jump_fcontext(from.fctx, nullptr);
  };
  g.context = ontop_fcontext(g.context, &call, run).fctx;  // it may still go on
}

Goroutine& NewGoroutine(void (*run)(void*)) {
  EnsureStarted();
  Worker* w = CurrentWorker();
  Goroutine& g = AllocateGoroutine(w != nullptr ? &w->stacks : nullptr);
  NoteFresh(StackBegin(g), static_cast<std::size_t>(StackEnd(g) - StackBegin(g)));
  g.run = run;
  g.call_bytes = 0;
  g.id = NewId(w);
  return g;
}

void StartGoroutine(Goroutine& g, std::uintptr_t pc, const Clock* known) {
  auto* top = static_cast<char*>(g.call);
  if (top < StackBegin(g) || top > StackEnd(g)) top = StackEnd(g);  // it lies elsewhere
  const auto size = static_cast<std::size_t>(top - StackBegin(g));
  g.context = make_fcontext(top, size, Main);
  g.exceptions[0] = g.exceptions[1] = nullptr;
  g.reason = WaitReason::kNone;
  g.life.store(Life::kRunnable, std::memory_order_relaxed);
  DetectStart(g, pc, known);
  Worker* w = CurrentWorker();
  if (w == nullptr) {
    scheduler.started.fetch_add(1, std::memory_order_relaxed);
    PushGlobal(g);
    WakeWorker();
    return;
  }
  w->started.store(w->started.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  if (w->next.load(std::memory_order_relaxed) == nullptr) {
    w->next.store(&g, std::memory_order_release);
  } else {
    Enqueue(*w, g);
  }
}

}  // namespace detail

void Gosched() {
  detail::Goroutine& g = detail::Self();
  if (g.life.load(std::memory_order_relaxed) == detail::Life::kForeign) {
    detail::YieldThread();
    return;
  }
  detail::Worker& w = *detail::CurrentWorker();
  w.after = detail::After::kRequeue;
  detail::SwitchTo(w, detail::NextOf(w));
}

}  // namespace GOSYNC_VARIANT
}  // namespace gosync
