// fork(2) in a threaded program: detection goes on in the child, which knows what the forking
// thread knew.
#ifndef HBSAN_RUNTIME_INTERCEPTORS_FORK_H_
#define HBSAN_RUNTIME_INTERCEPTORS_FORK_H_

namespace hbsan {

// Once, before the program registers handlers: ours run next to the fork itself, outside all of
// those that the program registers with pthread_atfork.
void InitializeFork();

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_FORK_H_
