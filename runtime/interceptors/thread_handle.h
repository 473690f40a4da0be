// What a pthread_t says without following it on trust: it may be anything.
#ifndef HBSAN_RUNTIME_INTERCEPTORS_THREAD_HANDLE_H_
#define HBSAN_RUNTIME_INTERCEPTORS_THREAD_HANDLE_H_

#include <pthread.h>

#include "runtime/thread_info.h"

namespace hbsan {

// True if the memory there is glibc's descriptor of a thread that runs.
bool IsLiveDescriptor(pthread_t handle);

// Fills in where the calling thread's stack and its thread-local storage lie.
void MeasureThread(ThreadInfo& thread);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_THREAD_HANDLE_H_
