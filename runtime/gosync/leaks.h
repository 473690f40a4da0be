// Goroutines that can never run again (a partial deadlock), shown at exit if GOSYNC_LEAKS=1 is set.
//
// A goroutine that waits for channels can run again only if somebody who can run reaches one of
// them. So memory is searched, as a garbage collector does that knows nothing of types: global
// variables, the heap, the exiting thread's stack, and the stacks of goroutines that can run again,
// for pointers to the channels; and for locks and wait groups on the stack of a waiting goroutine,
// for pointers into that. A word that looks like such a pointer counts as one, as does what is on
// the heap, whoever has it (unless all handles of the channel are accounted for): not all leaked
// goroutines may be found, but those that are shown are leaked. Locks and wait groups elsewhere
// count as reachable.
//
// Nothing is searched while other goroutines or threads run: what they hold is not known then.
#ifndef GOSYNC_LEAKS_H_
#define GOSYNC_LEAKS_H_

#include "gosync/config.h"
#include "gosync/memory_map.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

// By the monitor, while the exiting thread waits.
void ShowLeaks(const ExitingThread& exiting);

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_LEAKS_H_
