// Goroutines and their stacks on stderr, for messages that end the program.
#ifndef GOSYNC_SHOW_H_
#define GOSYNC_SHOW_H_

#include "gosync/goroutine.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

// "goroutine 7 [chan receive]:" or "main thread [running]:"
void ShowTitle(const Goroutine* g, bool running);
// The frames of the caller, innermost first.
void ShowOwnStack();
// The caller, title and stack.
void ShowCaller();
// Of one that waits: title and stack.
void ShowWaiting(Goroutine& g);
void WriteNumber(std::uint64_t n, int base = 10);
// Every goroutine and thread that waits, with its stack. All of them wait, and for good.
void ShowAllWaiting();

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_SHOW_H_
