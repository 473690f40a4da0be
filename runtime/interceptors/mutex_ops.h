// The edges and the misuse of mutexes, for pthread_mutex_t and C11's mtx_t, which is one.
//
// Who owns a mutex is read from the mutex itself: glibc notes it in every kind, also when code that
// the runtime does not see locks and unlocks.
#ifndef HBSAN_RUNTIME_INTERCEPTORS_MUTEX_OPS_H_
#define HBSAN_RUNTIME_INTERCEPTORS_MUTEX_OPS_H_

#include <pthread.h>

#include <cerrno>
#include <cstdint>

#include "runtime/runtime.h"

namespace hbsan {

enum class LockAttempt : std::uint8_t {
  kWaits,    // until it has the mutex: a second one by the owner of a mutex never returns
  kGivesUp,  // at once or at a time
};

void MutexCreated(const pthread_mutex_t* m, std::uintptr_t pc);
// Before the real destroy, which leaves the mutex alone if it is locked.
void BeforeMutexDestroy(const pthread_mutex_t* m, std::uintptr_t pc);

// When the use of the mutex is checked against its creation and its destruction.
enum class MutexUse : std::uint8_t {
  kChecked,
  kToCheck,  // once it is locked: see AfterMutexLocked
};

MutexUse BeforeMutexLock(const pthread_mutex_t* m, LockAttempt attempt, std::uintptr_t pc);
// The mutex was locked by the calling thread: a lock, try, timed or clock lock succeeded, or a wait
// of a condition variable returned.
void AfterMutexLocked(const pthread_mutex_t* m, MutexUse use, std::uintptr_t pc);
void AfterMutexNotLocked(const pthread_mutex_t* m, MutexUse use, std::uintptr_t pc);
// Of a lock function's result, errno's.
inline bool GotMutex(int result) { return result == 0 || result == EOWNERDEAD; }
// A lock function that returns what real() does; `got(result)`: it has the mutex.
template <typename Real, typename Got>
int LockMutex(const pthread_mutex_t* m, LockAttempt attempt, std::uintptr_t pc, Real real,
              Got got) {
  if (InRuntime()) return real();
  const MutexUse use = BeforeMutexLock(m, attempt, pc);
  const int result = real();
  if (got(result)) {
    AfterMutexLocked(m, use, pc);
  } else {
    AfterMutexNotLocked(m, use, pc);
  }
  return result;
}
// Before an unlock, or before the wait of a condition variable that unlocks it.
void BeforeMutexUnlock(const pthread_mutex_t* m, std::uintptr_t pc);
// True if the calling thread holds the mutex.
bool HoldsMutex(const pthread_mutex_t* m);

// At a thread's end: the next owners of the robust mutexes that it still holds learn what it did.
void ReleaseRobustMutexes();

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_MUTEX_OPS_H_
