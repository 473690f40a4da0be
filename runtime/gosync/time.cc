#include "gosync/time.h"

#include <atomic>

#include "gosync/chan_core.h"
#include "gosync/kept_function.h"
#include "gosync/scheduler.h"
#include "gosync/stack.h"
#include "gosync/system.h"
#include "gosync/timers.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

struct TimerState : Alarm {
  std::atomic<std::uint32_t> references{1};
  ChanCore* channel = nullptr;
  Handle<KeptFunction> f;
  Clock clock;              // of whoever armed it
  Handle<TimerState> self;  // while it is armed
  std::uintptr_t pc = 0;

  ~TimerState() { DropReference(channel); }
};

void AddReference(TimerState* t) { t->references.fetch_add(1, std::memory_order_relaxed); }
void DropReference(TimerState* t) {
  if (t->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete t;
}

namespace {

// What an AfterFunc runs.
struct FunctionCall {
  Handle<KeptFunction> f;
  static void Run(void* call) {
    auto* own = static_cast<FunctionCall*>(call);
    own->f.get()->run();
    own->~FunctionCall();
  }
};

void StartFunction(const TimerState& t) {
  Goroutine& g = NewGoroutine(FunctionCall::Run);
  g.call = StackEnd(g) - ((sizeof(FunctionCall) + 15) & ~std::size_t{15});
  new (g.call) FunctionCall{t.f};
  StartGoroutine(g, t.pc, &t.clock);
}

void Ring(Alarm& alarm) {
  auto& t = static_cast<TimerState&>(alarm);
  const Handle<TimerState> keep = t.period == 0 ? std::move(t.self) : Handle<TimerState>();
  if (t.channel == nullptr) {
    StartFunction(t);
    return;
  }
  Time now{Duration(Now())};
  Deliver(t.channel, &now, t.clock);
}

}  // namespace

TimerHandle::TimerHandle(Duration delay, Duration period, ChanCore* channel,
                         std::function<void()> f, std::uintptr_t pc)
    : state_(new TimerState) {
  TimerState& t = *state_.get();
  if (f) t.f = Handle<KeptFunction>(new KeptFunction(std::move(f)));
  t.ring = Ring;
  t.period = period.count();
  t.channel = channel;
  AddReference(channel);
  t.pc = pc;
  Reset(delay, period, pc);
}

bool TimerHandle::Stop() {
  const bool was_armed = Disarm(*state_.get());
  if (was_armed) state_.get()->self = Handle<TimerState>();
  return was_armed;
}

bool TimerHandle::Reset(Duration delay, Duration period, std::uintptr_t pc) {
  TimerState& t = *state_.get();
  Clock now;
  now.ReleaseStore(&t, pc);
  const std::int64_t when = Deadline(delay.count());
  // The change is made under the heap's lock: until then the alarm may ring.
  return Rearm(t, when, period.count(), [&] {
    t.clock.Copy(now);
    t.self = state_;
  });
}

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync
