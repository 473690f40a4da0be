// What the scheduler tells the detector: who starts, who runs where, who ends.
#ifndef GOSYNC_DETECTION_H_
#define GOSYNC_DETECTION_H_

#include "gosync/scheduler.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

#if GOSYNC_RACE

extern "C" {
void __hbsan_go_worker_start();
void __hbsan_go_quiet(int change);
void* __hbsan_go_start(std::uint64_t id, void* frames, void* stack_begin, void* stack_end,
                       const ClockWords* known, std::uintptr_t pc);
void __hbsan_go_switch(void* from, void* to);
void __hbsan_go_end(void* thread);
void __hbsan_go_print_stack();
}

// First thing on a thread that the library made: nothing that runs on it is the program's, except
// goroutines.
inline void DetectThreadOfLibrary() { __hbsan_go_quiet(1); }
inline void DetectWorkerStart() { __hbsan_go_worker_start(); }
// Go(f): the edge from the caller, or from what `known` says, to the new goroutine.
inline void DetectStart(Goroutine& g, std::uintptr_t pc, const Clock* known) {
  g.thread = __hbsan_go_start(g.id, ShadowFrames(g), StackBegin(g), StackEnd(g),
                              reinterpret_cast<const ClockWords*>(known), pc);
}
inline void DetectSwitch(Goroutine* from, Goroutine* to) {
  __hbsan_go_switch(from != nullptr ? from->thread : nullptr, to != nullptr ? to->thread : nullptr);
}
// The running goroutine has ended.
inline void DetectEnd(Goroutine& g) {
  __hbsan_go_end(g.thread);
  g.thread = nullptr;
}

#else

inline void DetectThreadOfLibrary() {}
inline void DetectWorkerStart() {}
inline void DetectStart(Goroutine&, std::uintptr_t, const Clock*) {}
inline void DetectSwitch(Goroutine*, Goroutine*) {}
inline void DetectEnd(Goroutine&) {}

#endif

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_DETECTION_H_
