// sem_*: a post → the waits that return after it. A counter does not say which post a wait
// consumed, so a wait learns what every post before it released.
#include <semaphore.h>

#include "runtime/interceptors/sync_ops.h"
#include "runtime/real.h"

namespace hbsan {
namespace {

template <typename Real>
int Wait(sem_t* sem, std::uintptr_t pc, Real real) {
  if (InRuntime()) return real();
  CheckUse(pc, sem);
  const int result = real();
  if (result == 0) AcquireAt(AddressOf(sem));
  return result;
}

}  // namespace
}  // namespace hbsan

INTERCEPTOR(int, sem_init, sem_t* sem, int shared, unsigned value) {
  if (!hbsan::InRuntime()) {
    hbsan::CheckMemory(HBSAN_CALLER_PC(), hbsan::AccessKind::kWrite, sem, sizeof(*sem));
    hbsan::ForgetAt(hbsan::AddressOf(sem));
  }
  return REAL(sem_init)(sem, shared, value);
}

INTERCEPTOR(int, sem_destroy, sem_t* sem) {
  if (!hbsan::InRuntime()) {
    hbsan::CheckMemory(HBSAN_CALLER_PC(), hbsan::AccessKind::kWrite, sem, sizeof(*sem));
    hbsan::ForgetAt(hbsan::AddressOf(sem));
  }
  return REAL(sem_destroy)(sem);
}

INTERCEPTOR(int, sem_post, sem_t* sem) {
  if (!hbsan::InRuntime()) {
    hbsan::CheckUse(HBSAN_CALLER_PC(), sem);
    hbsan::ReleaseAt(hbsan::AddressOf(sem), HBSAN_CALLER_PC());
  }
  return REAL(sem_post)(sem);
}

INTERCEPTOR(int, sem_wait, sem_t* sem) {
  return hbsan::Wait(sem, HBSAN_CALLER_PC(), [&] { return REAL(sem_wait)(sem); });
}

INTERCEPTOR(int, sem_trywait, sem_t* sem) {
  return hbsan::Wait(sem, HBSAN_CALLER_PC(), [&] { return REAL(sem_trywait)(sem); });
}

INTERCEPTOR(int, sem_timedwait, sem_t* sem, const timespec* deadline) {
  return hbsan::Wait(sem, HBSAN_CALLER_PC(), [&] { return REAL(sem_timedwait)(sem, deadline); });
}

INTERCEPTOR(int, sem_clockwait, sem_t* sem, clockid_t clock, const timespec* deadline) {
  return hbsan::Wait(sem, HBSAN_CALLER_PC(),
                     [&] { return REAL(sem_clockwait)(sem, clock, deadline); });
}
