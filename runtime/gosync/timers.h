// The heap of what is to happen later. The monitor thread makes it happen.
#ifndef GOSYNC_TIMERS_H_
#define GOSYNC_TIMERS_H_

#include <cstdint>
#include <functional>

#include "gosync/config.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

// Lives in whatever waits for it; not moved while armed.
struct Alarm {
  std::int64_t when = 0;       // Now()'s nanoseconds
  std::int64_t period = 0;     // 0: once
  std::uint32_t position = 0;  // in the heap, from 1; 0: not armed
  // Called by the monitor with the heap's lock held: it may make goroutines ready and start them,
  // and must not arm or disarm.
  void (*ring)(Alarm& alarm) = nullptr;
};

// It rings at alarm.when. It is not armed.
void Arm(Alarm& alarm);
// False if it was not armed (any more). When it returns the alarm does not ring.
bool Disarm(Alarm& alarm);
// Disarm, then `change` with the heap's lock held, then Arm; returns what Disarm would.
bool Rearm(Alarm& alarm, std::int64_t when, std::int64_t period,
           const std::function<void()>& change);
// Rings what is due; returns when the next one is, or -1.
std::int64_t RingDue();
// The point in time `nanoseconds` from now; far ones are the last that there is.
std::int64_t Deadline(std::int64_t nanoseconds);

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_TIMERS_H_
