// The monitor thread: rings alarms, adds a worker where one is stuck, and notices when nobody can
// go on any more.
#ifndef GOSYNC_MONITOR_H_
#define GOSYNC_MONITOR_H_

#include "gosync/config.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

// At exit: the monitor shows leaked goroutines (leaks.h), and this returns.
void MonitorShowsLeaks();
// There is an alarm earlier than all others.
void MonitorSeesAlarm();

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_MONITOR_H_
