// pthread_mutex_*: unlock → return of a later lock.
#include <pthread.h>

#include <cerrno>

#include "runtime/interceptors/mutex_ops.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

using hbsan::LockAttempt;

INTERCEPTOR(int, pthread_mutex_init, pthread_mutex_t* m, const pthread_mutexattr_t* attributes) {
  if (hbsan::InRuntime()) return REAL(pthread_mutex_init)(m, attributes);
  hbsan::MutexCreated(m, HBSAN_CALLER_PC());
  return REAL(pthread_mutex_init)(m, attributes);
}

INTERCEPTOR(int, pthread_mutex_destroy, pthread_mutex_t* m) {
  if (hbsan::InRuntime()) return REAL(pthread_mutex_destroy)(m);
  hbsan::BeforeMutexDestroy(m, HBSAN_CALLER_PC());
  return REAL(pthread_mutex_destroy)(m);
}

INTERCEPTOR(int, pthread_mutex_lock, pthread_mutex_t* m) {
  if (hbsan::InRuntime()) return REAL(pthread_mutex_lock)(m);
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  hbsan::BeforeMutexLock(m, LockAttempt::kWaits, pc);
  const int result = REAL(pthread_mutex_lock)(m);
  if (hbsan::GotMutex(result)) hbsan::AfterMutexLocked(m, pc);
  return result;
}

INTERCEPTOR(int, pthread_mutex_trylock, pthread_mutex_t* m) {
  if (hbsan::InRuntime()) return REAL(pthread_mutex_trylock)(m);
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  hbsan::BeforeMutexLock(m, LockAttempt::kGivesUp, pc);
  const int result = REAL(pthread_mutex_trylock)(m);
  if (hbsan::GotMutex(result)) hbsan::AfterMutexLocked(m, pc);
  return result;
}

INTERCEPTOR(int, pthread_mutex_timedlock, pthread_mutex_t* m, const timespec* deadline) {
  if (hbsan::InRuntime()) return REAL(pthread_mutex_timedlock)(m, deadline);
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  hbsan::BeforeMutexLock(m, LockAttempt::kGivesUp, pc);
  const int result = REAL(pthread_mutex_timedlock)(m, deadline);
  if (hbsan::GotMutex(result)) hbsan::AfterMutexLocked(m, pc);
  return result;
}

INTERCEPTOR(int, pthread_mutex_clocklock, pthread_mutex_t* m, clockid_t clock,
            const timespec* deadline) {
  if (hbsan::InRuntime()) return REAL(pthread_mutex_clocklock)(m, clock, deadline);
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  hbsan::BeforeMutexLock(m, LockAttempt::kGivesUp, pc);
  const int result = REAL(pthread_mutex_clocklock)(m, clock, deadline);
  if (hbsan::GotMutex(result)) hbsan::AfterMutexLocked(m, pc);
  return result;
}

INTERCEPTOR(int, pthread_mutex_unlock, pthread_mutex_t* m) {
  if (hbsan::InRuntime()) return REAL(pthread_mutex_unlock)(m);
  hbsan::BeforeMutexUnlock(m, HBSAN_CALLER_PC());
  return REAL(pthread_mutex_unlock)(m);
}
