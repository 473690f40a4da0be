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
  return hbsan::LockMutex(
      m, LockAttempt::kWaits, HBSAN_CALLER_PC(), [&] { return REAL(pthread_mutex_lock)(m); },
      hbsan::GotMutex);
}

INTERCEPTOR(int, pthread_mutex_trylock, pthread_mutex_t* m) {
  return hbsan::LockMutex(
      m, LockAttempt::kGivesUp, HBSAN_CALLER_PC(), [&] { return REAL(pthread_mutex_trylock)(m); },
      hbsan::GotMutex);
}

INTERCEPTOR(int, pthread_mutex_timedlock, pthread_mutex_t* m, const timespec* deadline) {
  return hbsan::LockMutex(
      m, LockAttempt::kGivesUp, HBSAN_CALLER_PC(),
      [&] { return REAL(pthread_mutex_timedlock)(m, deadline); }, hbsan::GotMutex);
}

INTERCEPTOR(int, pthread_mutex_clocklock, pthread_mutex_t* m, clockid_t clock,
            const timespec* deadline) {
  return hbsan::LockMutex(
      m, LockAttempt::kGivesUp, HBSAN_CALLER_PC(),
      [&] { return REAL(pthread_mutex_clocklock)(m, clock, deadline); }, hbsan::GotMutex);
}

INTERCEPTOR(int, pthread_mutex_unlock, pthread_mutex_t* m) {
  if (hbsan::InRuntime()) return REAL(pthread_mutex_unlock)(m);
  hbsan::BeforeMutexUnlock(m, HBSAN_CALLER_PC());
  return REAL(pthread_mutex_unlock)(m);
}
