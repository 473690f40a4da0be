// Signal handlers of the program, and when they run.
//
// The kernel calls our handler for each signal for which the program installed one. Inside the
// runtime (HotState::depth > 0) a signal waits: it is noted, further ones are blocked, and at the
// end of the runtime's scope the thread sends it to itself again, so that the program's handler
// sees the stack, mask and context that the kernel gives it. Faults are delivered at once.
//
// Edges: the call that installs a handler → the handler's runs ([support.signal]). A handler runs
// in its thread's program order.
#ifndef HBSAN_RUNTIME_INTERCEPTORS_SIGNAL_ACTIONS_H_
#define HBSAN_RUNTIME_INTERCEPTORS_SIGNAL_ACTIONS_H_

#include <csignal>
#include <cstdint>

namespace hbsan {

// sigaction's contract. `real` is the real sigaction.
using SigactionFunction = int(int, const struct sigaction*, struct sigaction*);
int ChangeSignalAction(SigactionFunction* real, int signal, const struct sigaction* action,
                       struct sigaction* old, std::uintptr_t pc);

// In the child of fork: a signal that waits in the parent is not the child's.
void SignalsAfterFork();

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_SIGNAL_ACTIONS_H_
