#include "gosync/timers.h"

#include <limits>
#include <vector>

#include "gosync/monitor.h"
#include "gosync/scheduler.h"
#include "gosync/spin_lock.h"
#include "gosync/system.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {
namespace {

// A binary heap, the earliest first.
class AlarmHeap {
 public:
  SpinLock lock;

  bool Empty() const { return alarms_.empty(); }
  Alarm& First() const { return *alarms_.front(); }
  void Insert(Alarm& alarm) {
    alarms_.push_back(&alarm);
    Place(alarms_.size() - 1, alarm);
    SiftUp(alarms_.size() - 1);
  }
  void Remove(Alarm& alarm) {
    const std::size_t at = alarm.position - 1;
    alarm.position = 0;
    Alarm* last = alarms_.back();
    alarms_.pop_back();
    if (last == &alarm) return;
    Place(at, *last);
    SiftUp(at);
    SiftDown(last->position - 1);
  }

 private:
  void Place(std::size_t at, Alarm& alarm) {
    alarms_[at] = &alarm;
    alarm.position = static_cast<std::uint32_t>(at + 1);
  }
  void Exchange(std::size_t a, std::size_t b) {
    Alarm* const first = alarms_[a];
    Place(a, *alarms_[b]);
    Place(b, *first);
  }
  void SiftUp(std::size_t at) {
    for (; at > 0 && alarms_[at]->when < alarms_[(at - 1) / 2]->when; at = (at - 1) / 2) {
      Exchange(at, (at - 1) / 2);
    }
  }
  void SiftDown(std::size_t at) {
    for (;;) {
      std::size_t least = at;
      for (const std::size_t child : {2 * at + 1, 2 * at + 2}) {
        if (child < alarms_.size() && alarms_[child]->when < alarms_[least]->when) least = child;
      }
      if (least == at) return;
      Exchange(at, least);
      at = least;
    }
  }

  std::vector<Alarm*> alarms_;
};

AlarmHeap& Heap() {
  static AlarmHeap* const heap = [] {
    const Quiet quiet;
    return new AlarmHeap;  // never destroyed: goroutines outlive main
  }();
  return *heap;
}

bool DisarmLocked(AlarmHeap& heap, Alarm& alarm) {
  if (alarm.position == 0) return false;
  heap.Remove(alarm);
  return true;
}

}  // namespace

void Arm(Alarm& alarm) {
  EnsureStarted();
  bool earliest;
  {
    AlarmHeap& heap = Heap();
    const QuietHolder hold(heap.lock);
    heap.Insert(alarm);
    earliest = alarm.position == 1;
  }
  if (earliest) MonitorSeesAlarm();
}

bool Disarm(Alarm& alarm) {
  AlarmHeap& heap = Heap();
  const QuietHolder hold(heap.lock);
  return DisarmLocked(heap, alarm);
}

bool Rearm(Alarm& alarm, std::int64_t when, std::int64_t period,
           const std::function<void()>& change) {
  EnsureStarted();
  bool was_armed, earliest;
  {
    AlarmHeap& heap = Heap();
    const QuietHolder hold(heap.lock);
    was_armed = DisarmLocked(heap, alarm);
    change();
    alarm.when = when;
    alarm.period = period;
    heap.Insert(alarm);
    earliest = alarm.position == 1;
  }
  if (earliest) MonitorSeesAlarm();
  return was_armed;
}

std::int64_t RingDue() {
  AlarmHeap& heap = Heap();
  SpinLockHolder hold(heap.lock);
  while (!heap.Empty()) {
    Alarm& alarm = heap.First();
    const std::int64_t now = Now();
    if (alarm.when > now) return alarm.when;
    heap.Remove(alarm);
    if (alarm.period > 0) {
      alarm.when += alarm.period * (1 + (now - alarm.when) / alarm.period);
      heap.Insert(alarm);
    }
    alarm.ring(alarm);  // the last use of a one-shot alarm: its owner may be gone
  }
  return -1;
}

std::int64_t Deadline(std::int64_t nanoseconds) {
  const std::int64_t now = Now();
  if (nanoseconds < 0) return now;
  constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  return nanoseconds > kNever - now ? kNever : now + nanoseconds;
}

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync
