// The edges of condition variables, for pthread_cond_t and C11's cnd_t, which is one.
//
// A signal orders its thread before the return of the wait that it unblocks, besides what the mutex
// orders. Which wait that is glibc does not say: only one that began before the signal can be. So
// each wait has a clock of its own, into which every signal during the wait releases; a signal
// without waiters leaves no trace.
#ifndef HBSAN_RUNTIME_INTERCEPTORS_COND_OPS_H_
#define HBSAN_RUNTIME_INTERCEPTORS_COND_OPS_H_

#include <pthread.h>

#include <cstdint>

#include "detector/detector.h"
#include "runtime/interceptors/mutex_ops.h"
#include "runtime/runtime.h"

namespace hbsan {

void CondCreated(const pthread_cond_t* cond, std::uintptr_t pc);
void BeforeCondDestroy(const pthread_cond_t* cond, std::uintptr_t pc);
// Before a signal or a broadcast.
void BeforeCondSignal(const pthread_cond_t* cond, std::uintptr_t pc);
// In the child of fork: nobody else waits there.
void CondsAfterFork();

// One wait, from before the real call unlocks the mutex until after it has locked it again.
class CondWait {
 public:
  CondWait(const pthread_cond_t* cond, const pthread_mutex_t* mutex, std::uintptr_t pc);
  // The real call returned `result` (a POSIX error number), or the thread was cancelled in it.
  void Returned(int result);
  static void Cancelled(void* wait);

 private:
  friend void BeforeCondSignal(const pthread_cond_t* cond, std::uintptr_t pc);

  const pthread_cond_t* cond_;
  const pthread_mutex_t* mutex_;
  std::uintptr_t pc_;
  SyncObject* signals_ = nullptr;  // made by the first signal
  // In the list of the waits on conditions of one bucket; linked_ is what points to this.
  CondWait* next_ = nullptr;
  CondWait** linked_ = nullptr;
};

// Calls real(), which waits, with the edges of a wait around it. Errno-style results.
template <typename Real>
int WaitOnCond(pthread_cond_t* cond, pthread_mutex_t* mutex, std::uintptr_t pc, Real real) {
  if (InRuntime()) return real();
  CondWait wait(cond, mutex, pc);
  int result;
  pthread_cleanup_push(CondWait::Cancelled, &wait);
  result = real();
  pthread_cleanup_pop(0);
  wait.Returned(result);
  return result;
}

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_COND_OPS_H_
