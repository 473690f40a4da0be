// The ends of the process: where the summary is printed and the exit status decided.
#ifndef HBSAN_RUNTIME_INTERCEPTORS_EXIT_H_
#define HBSAN_RUNTIME_INTERCEPTORS_EXIT_H_

namespace hbsan {

// Once, before the program registers handlers of its own: the last one to run is the first that was
// registered.
void InitializeExit();
void ExitAfterFork();

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_EXIT_H_
