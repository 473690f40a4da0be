// The life cycle of POSIX threads: what pthread_* and thrd_* share.
#ifndef HBSAN_RUNTIME_INTERCEPTORS_THREADS_H_
#define HBSAN_RUNTIME_INTERCEPTORS_THREADS_H_

#include <pthread.h>

#include <cstdint>

#include "runtime/interceptors/thread_table.h"
#include "runtime/runtime.h"

namespace hbsan {

// pthread_create's contract. Everything before it is ordered before the thread's first statement.
int CreatePthread(pthread_t* handle, const pthread_attr_t* attributes, void* (*function)(void*),
                  void* argument, std::uintptr_t pc);
int DetachPthread(pthread_t handle, std::uintptr_t pc);

// A join, from before the real call until after it.
class Join {
 public:
  Join(pthread_t handle, std::uintptr_t pc);
  // 0, or the error number with which the program's join fails without a real call: there is no
  // such thread.
  int error() const { return error_; }
  void Returned(int result);
  static void Cancelled(void* join);

 private:
  ThreadEntry* entry_ = nullptr;
  int error_ = 0;
};

// Calls real(), one of the join functions. Errno-style results.
template <typename Real>
int JoinPthread(pthread_t handle, std::uintptr_t pc, Real real) {
  if (InRuntime()) return real();
  Join join(handle, pc);
  if (join.error() != 0) return join.error();
  int result;
  pthread_cleanup_push(Join::Cancelled, &join);
  result = real();
  pthread_cleanup_pop(0);
  join.Returned(result);
  return result;
}

// Once, in the main thread, with detection up.
void InitializeThreads();
// The calling thread, which is attached, will end (EndThread) after its last destructor.
void ArmThreadEnd();
// While it is held, no thread begins or ends.
void LockLifeCycles();
void UnlockLifeCycles();

// glibc frees what earlier threads allocated (thread-local storage of modules) when it recycles
// their stacks, in whichever thread comes by: no access of that thread.
class RecyclingScope {
 public:
  RecyclingScope() { Set(true); }
  ~RecyclingScope() { Set(false); }
  RecyclingScope(const RecyclingScope&) = delete;
  RecyclingScope& operator=(const RecyclingScope&) = delete;
  static void Set(bool on);
  // Is the calling thread inside one? A signal handler that runs meanwhile is not.
  static bool active();
};

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_THREADS_H_
