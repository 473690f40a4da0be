#ifndef HBSAN_RUNTIME_INTERCEPTORS_INITIALIZE_H_
#define HBSAN_RUNTIME_INTERCEPTORS_INITIALIZE_H_

namespace hbsan {

// What the interceptors of threads, fork and exit need before the program runs. In the main thread,
// which is attached.
void InitializeInterceptors();

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_INITIALIZE_H_
