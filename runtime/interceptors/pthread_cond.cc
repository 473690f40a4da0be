// pthread_cond_*: see cond_ops.h. The symbol version is that of the present implementation: a
// lookup without it may find the one of 2002.
#include "runtime/interceptors/cond_ops.h"
#include "runtime/real.h"

#define COND_VERSION "GLIBC_2.3.2"

INTERCEPTOR_VERSION(int, pthread_cond_init, COND_VERSION, pthread_cond_t* cond,
                    const pthread_condattr_t* attributes) {
  if (!hbsan::InRuntime()) hbsan::CondCreated(cond, HBSAN_CALLER_PC());
  return REAL(pthread_cond_init)(cond, attributes);
}

INTERCEPTOR_VERSION(int, pthread_cond_destroy, COND_VERSION, pthread_cond_t* cond) {
  if (!hbsan::InRuntime()) hbsan::BeforeCondDestroy(cond, HBSAN_CALLER_PC());
  return REAL(pthread_cond_destroy)(cond);
}

INTERCEPTOR_VERSION(int, pthread_cond_signal, COND_VERSION, pthread_cond_t* cond) {
  if (!hbsan::InRuntime()) hbsan::BeforeCondSignal(cond, HBSAN_CALLER_PC());
  return REAL(pthread_cond_signal)(cond);
}

INTERCEPTOR_VERSION(int, pthread_cond_broadcast, COND_VERSION, pthread_cond_t* cond) {
  if (!hbsan::InRuntime()) hbsan::BeforeCondSignal(cond, HBSAN_CALLER_PC());
  return REAL(pthread_cond_broadcast)(cond);
}

INTERCEPTOR_VERSION(int, pthread_cond_wait, COND_VERSION, pthread_cond_t* cond,
                    pthread_mutex_t* mutex) {
  return hbsan::WaitOnCond(cond, mutex, HBSAN_CALLER_PC(),
                           [&] { return REAL(pthread_cond_wait)(cond, mutex); });
}

INTERCEPTOR_VERSION(int, pthread_cond_timedwait, COND_VERSION, pthread_cond_t* cond,
                    pthread_mutex_t* mutex, const timespec* deadline) {
  return hbsan::WaitOnCond(cond, mutex, HBSAN_CALLER_PC(),
                           [&] { return REAL(pthread_cond_timedwait)(cond, mutex, deadline); });
}

INTERCEPTOR(int, pthread_cond_clockwait, pthread_cond_t* cond, pthread_mutex_t* mutex,
            clockid_t clock, const timespec* deadline) {
  return hbsan::WaitOnCond(cond, mutex, HBSAN_CALLER_PC(), [&] {
    return REAL(pthread_cond_clockwait)(cond, mutex, clock, deadline);
  });
}
