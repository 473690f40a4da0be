// C11 <threads.h>: glibc's mtx_t, cnd_t and thrd_t are the POSIX objects, so the edges are too.
#include <pthread.h>
#include <threads.h>

#include <cerrno>

#include "runtime/interceptors/cond_ops.h"
#include "runtime/interceptors/mutex_ops.h"
#include "runtime/interceptors/threads.h"
#include "runtime/real.h"

namespace hbsan {
namespace {

pthread_mutex_t* AsPthread(mtx_t* m) { return reinterpret_cast<pthread_mutex_t*>(m); }
pthread_cond_t* AsPthread(cnd_t* c) { return reinterpret_cast<pthread_cond_t*>(c); }

int FromErrno(int error) {
  switch (error) {
    case 0:
      return thrd_success;
    case ENOMEM:
    case EAGAIN:
      return thrd_nomem;
    case ETIMEDOUT:
      return thrd_timedout;
    case EBUSY:
      return thrd_busy;
    default:
      return thrd_error;
  }
}

int ToErrno(int result) {
  switch (result) {
    case thrd_success:
      return 0;
    case thrd_timedout:
      return ETIMEDOUT;
    default:
      return EINVAL;
  }
}

template <typename Real>
int Lock(mtx_t* m, LockAttempt attempt, std::uintptr_t pc, Real real) {
  return LockMutex(AsPthread(m), attempt, pc, real,
                   [](int result) { return result == thrd_success; });
}

}  // namespace
}  // namespace hbsan

using hbsan::AsPthread;
using hbsan::LockAttempt;

INTERCEPTOR(int, thrd_create, thrd_t* thread, thrd_start_t function, void* argument) {
  if (hbsan::InRuntime()) return REAL(thrd_create)(thread, function, argument);
  // x86-64 returns an int in the register of a pointer; thrd_join takes its low half.
  auto* as_pthread = reinterpret_cast<void* (*)(void*)>(reinterpret_cast<void*>(function));
  return hbsan::FromErrno(
      hbsan::CreatePthread(thread, nullptr, as_pthread, argument, HBSAN_CALLER_PC()));
}

INTERCEPTOR(int, thrd_join, thrd_t thread, int* result) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  return hbsan::FromErrno(hbsan::JoinPthread(
      thread, pc, [&] { return hbsan::ToErrno(REAL(thrd_join)(thread, result)); }));
}

INTERCEPTOR(int, thrd_detach, thrd_t thread) {
  if (hbsan::InRuntime()) return REAL(thrd_detach)(thread);
  const int error = hbsan::DetachPthread(thread, HBSAN_CALLER_PC());
  return error != 0 ? thrd_error : REAL(thrd_detach)(thread);
}

INTERCEPTOR(int, mtx_init, mtx_t* m, int type) {
  if (!hbsan::InRuntime()) hbsan::MutexCreated(AsPthread(m), HBSAN_CALLER_PC());
  return REAL(mtx_init)(m, type);
}

INTERCEPTOR(void, mtx_destroy, mtx_t* m) {
  if (!hbsan::InRuntime()) hbsan::BeforeMutexDestroy(AsPthread(m), HBSAN_CALLER_PC());
  REAL(mtx_destroy)(m);
}

INTERCEPTOR(int, mtx_lock, mtx_t* m) {
  return hbsan::Lock(m, LockAttempt::kWaits, HBSAN_CALLER_PC(), [&] { return REAL(mtx_lock)(m); });
}

INTERCEPTOR(int, mtx_trylock, mtx_t* m) {
  return hbsan::Lock(m, LockAttempt::kGivesUp, HBSAN_CALLER_PC(),
                     [&] { return REAL(mtx_trylock)(m); });
}

INTERCEPTOR(int, mtx_timedlock, mtx_t* m, const timespec* deadline) {
  return hbsan::Lock(m, LockAttempt::kGivesUp, HBSAN_CALLER_PC(),
                     [&] { return REAL(mtx_timedlock)(m, deadline); });
}

INTERCEPTOR(int, mtx_unlock, mtx_t* m) {
  if (!hbsan::InRuntime()) hbsan::BeforeMutexUnlock(AsPthread(m), HBSAN_CALLER_PC());
  return REAL(mtx_unlock)(m);
}

INTERCEPTOR(int, cnd_init, cnd_t* c) {
  if (!hbsan::InRuntime()) hbsan::CondCreated(AsPthread(c), HBSAN_CALLER_PC());
  return REAL(cnd_init)(c);
}

INTERCEPTOR(void, cnd_destroy, cnd_t* c) {
  if (!hbsan::InRuntime()) hbsan::BeforeCondDestroy(AsPthread(c), HBSAN_CALLER_PC());
  REAL(cnd_destroy)(c);
}

INTERCEPTOR(int, cnd_signal, cnd_t* c) {
  if (!hbsan::InRuntime()) hbsan::BeforeCondSignal(AsPthread(c), HBSAN_CALLER_PC());
  return REAL(cnd_signal)(c);
}

INTERCEPTOR(int, cnd_broadcast, cnd_t* c) {
  if (!hbsan::InRuntime()) hbsan::BeforeCondSignal(AsPthread(c), HBSAN_CALLER_PC());
  return REAL(cnd_broadcast)(c);
}

INTERCEPTOR(int, cnd_wait, cnd_t* c, mtx_t* m) {
  return hbsan::FromErrno(hbsan::WaitOnCond(AsPthread(c), AsPthread(m), HBSAN_CALLER_PC(),
                                            [&] { return hbsan::ToErrno(REAL(cnd_wait)(c, m)); }));
}

INTERCEPTOR(int, cnd_timedwait, cnd_t* c, mtx_t* m, const timespec* deadline) {
  return hbsan::FromErrno(hbsan::WaitOnCond(AsPthread(c), AsPthread(m), HBSAN_CALLER_PC(), [&] {
    return hbsan::ToErrno(REAL(cnd_timedwait)(c, m, deadline));
  }));
}
