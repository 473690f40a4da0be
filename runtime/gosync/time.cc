#include "gosync/time.h"

#include "gosync/chan_core.h"
#include "gosync/scheduler.h"
#include "gosync/shared_function.h"
#include "gosync/stack.h"
#include "gosync/system.h"
#include "gosync/timers.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

struct TimerState : Alarm {
  ChanCore* channel = nullptr;
  SharedFunction f;
  Clock clock;                       // of whoever armed it
  std::shared_ptr<TimerState> self;  // while it is armed
  std::uintptr_t pc = 0;

  ~TimerState() { DropReference(channel); }
};

namespace {

// What an AfterFunc runs.
struct FunctionCall {
  SharedFunction f;
  static void Run(void* call) {
    auto* own = static_cast<FunctionCall*>(call);
    (*own->f)();
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
  std::shared_ptr<TimerState> keep = t.period == 0 ? std::move(t.self) : nullptr;
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
    : state_(std::make_shared<TimerState>()) {
  if (f) state_->f = Share(std::move(f));
  TimerState& t = *state_;
  t.ring = Ring;
  t.period = period.count();
  t.channel = channel;
  AddReference(channel);
  t.pc = pc;
  Reset(delay, period, pc);
}

bool TimerHandle::Stop() {
  const bool was_armed = Disarm(*state_);
  if (was_armed) state_->self.reset();
  return was_armed;
}

bool TimerHandle::Reset(Duration delay, Duration period, std::uintptr_t pc) {
  TimerState& t = *state_;
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
