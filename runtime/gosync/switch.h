// Switches of a worker between goroutines and its own loop.
#ifndef GOSYNC_SWITCH_H_
#define GOSYNC_SWITCH_H_

#include "gosync/scheduler.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

// The running context of `w` stops, and `to` runs (null: the worker's own loop). Returns when
// somebody switches back, maybe on another worker. What `w.after` says is done by then.
void SwitchTo(Worker& w, Goroutine* to);
// What the worker runs next without a search; null: its own loop should search.
Goroutine* NextOf(Worker& w);
void** CurrentExceptions();
// Runs `visit(context)` on the stack of a parked goroutine that cannot be made ready meanwhile.
void RunOnStackOf(Goroutine& g, void (*visit)(void*), void* context);

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_SWITCH_H_
