// The stack overflow of a goroutine, as a clear message, and exceptions that leave one.
#ifndef GOSYNC_SIGNALS_H_
#define GOSYNC_SIGNALS_H_

#include "gosync/config.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

// Once, before the first worker. SIGSEGV outside of a guard page goes where it went before.
void InstallSignalHandlers();
// On each worker: the handler needs a stack of its own.
void PrepareSignalStack();

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_SIGNALS_H_
