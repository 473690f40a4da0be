// pthread_rwlock_*: a writer's unlock → later locks of both kinds; a reader's unlock → later write
// locks. Readers do not order each other: they release into an object of their own, which only
// writers acquire.
#include <pthread.h>

#include <cerrno>

#include "runtime/interceptors/mutex_ops.h"
#include "runtime/interceptors/sync_ops.h"
#include "runtime/real.h"

namespace hbsan {
namespace {

constexpr int kReadersShift = 3;  // glibc counts them from this bit of __readers on

Addr Readers(const pthread_rwlock_t* lock) {
  return InRole(AddressOf(lock), SyncRole::kMutexReaders);
}

int Writer(const pthread_rwlock_t* lock) {
  return __atomic_load_n(&lock->__data.__cur_writer, __ATOMIC_RELAXED);
}
bool HasReaders(const pthread_rwlock_t* lock) {
  return __atomic_load_n(&lock->__data.__readers, __ATOMIC_RELAXED) >> kReadersShift != 0;
}

void ForgetBoth(const RuntimeScope& scope, const pthread_rwlock_t* lock) {
  Forget(scope, AddressOf(lock));
  Forget(scope, Readers(lock));
}

void Report(Misuse kind, const pthread_rwlock_t* lock, std::uintptr_t pc) {
  RuntimeScope scope;
  Misused(scope, kind, AddressOf(lock), pc);
}

void Created(const pthread_rwlock_t* lock, std::uintptr_t pc) {
  CheckMemory(pc, AccessKind::kWrite, lock, sizeof(*lock));
  RuntimeScope scope;
  ForgetBoth(scope, lock);
}

void BeforeDestroy(const pthread_rwlock_t* lock, std::uintptr_t pc) {
  if (Writer(lock) != 0 || HasReaders(lock)) Report(Misuse::kMutexDestroyLocked, lock, pc);
  CheckMemory(pc, AccessKind::kWrite, lock, sizeof(*lock));
  RuntimeScope scope;
  ForgetBoth(scope, lock);
}

void BeforeLock(const pthread_rwlock_t* lock, bool shared, LockAttempt attempt, std::uintptr_t pc) {
  if (attempt == LockAttempt::kWaits && IsOwnerId(Writer(lock))) {
    Report(shared ? Misuse::kMutexBadReadLock : Misuse::kMutexDoubleLock, lock, pc);
  }
  CheckUse(pc, lock);
}

void AfterLocked(const pthread_rwlock_t* lock, bool shared, std::uintptr_t pc) {
  RuntimeScope scope;
  if (!shared) Acquire(scope, Readers(lock));
  Acquire(scope, AddressOf(lock));
  Locked(scope, AddressOf(lock), pc, shared);
}

// False if the unlock must not happen: it would corrupt the lock.
bool BeforeUnlock(const pthread_rwlock_t* lock, std::uintptr_t pc) {
  const int writer = Writer(lock);
  if (writer == 0 && !HasReaders(lock)) {
    Report(Misuse::kMutexBadUnlock, lock, pc);
    return false;
  }
  if (writer != 0 && !IsOwnerId(writer)) {
    Report(Misuse::kMutexBadReadUnlock, lock, pc);
    return false;
  }
  RuntimeScope scope;
  if (writer != 0) {
    // Its clock covers what the readers before it released.
    Forget(scope, Readers(lock));
    ReleaseStore(scope, AddressOf(lock), pc);
  } else {
    Release(scope, Readers(lock), pc);
  }
  Unlocked(scope, AddressOf(lock));
  return true;
}

template <typename Real>
int Lock(const pthread_rwlock_t* lock, bool shared, LockAttempt attempt, std::uintptr_t pc,
         Real real) {
  if (InRuntime()) return real();
  BeforeLock(lock, shared, attempt, pc);
  const int result = real();
  if (result == 0) AfterLocked(lock, shared, pc);
  return result;
}

}  // namespace
}  // namespace hbsan

using hbsan::LockAttempt;

INTERCEPTOR(int, pthread_rwlock_init, pthread_rwlock_t* lock, const pthread_rwlockattr_t* attr) {
  if (!hbsan::InRuntime()) hbsan::Created(lock, HBSAN_CALLER_PC());
  return REAL(pthread_rwlock_init)(lock, attr);
}

INTERCEPTOR(int, pthread_rwlock_destroy, pthread_rwlock_t* lock) {
  if (!hbsan::InRuntime()) hbsan::BeforeDestroy(lock, HBSAN_CALLER_PC());
  return REAL(pthread_rwlock_destroy)(lock);
}

INTERCEPTOR(int, pthread_rwlock_rdlock, pthread_rwlock_t* lock) {
  return hbsan::Lock(lock, true, LockAttempt::kWaits, HBSAN_CALLER_PC(),
                     [&] { return REAL(pthread_rwlock_rdlock)(lock); });
}

INTERCEPTOR(int, pthread_rwlock_tryrdlock, pthread_rwlock_t* lock) {
  return hbsan::Lock(lock, true, LockAttempt::kGivesUp, HBSAN_CALLER_PC(),
                     [&] { return REAL(pthread_rwlock_tryrdlock)(lock); });
}

INTERCEPTOR(int, pthread_rwlock_timedrdlock, pthread_rwlock_t* lock, const timespec* deadline) {
  return hbsan::Lock(lock, true, LockAttempt::kGivesUp, HBSAN_CALLER_PC(),
                     [&] { return REAL(pthread_rwlock_timedrdlock)(lock, deadline); });
}

INTERCEPTOR(int, pthread_rwlock_clockrdlock, pthread_rwlock_t* lock, clockid_t clock,
            const timespec* deadline) {
  return hbsan::Lock(lock, true, LockAttempt::kGivesUp, HBSAN_CALLER_PC(),
                     [&] { return REAL(pthread_rwlock_clockrdlock)(lock, clock, deadline); });
}

INTERCEPTOR(int, pthread_rwlock_wrlock, pthread_rwlock_t* lock) {
  return hbsan::Lock(lock, false, LockAttempt::kWaits, HBSAN_CALLER_PC(),
                     [&] { return REAL(pthread_rwlock_wrlock)(lock); });
}

INTERCEPTOR(int, pthread_rwlock_trywrlock, pthread_rwlock_t* lock) {
  return hbsan::Lock(lock, false, LockAttempt::kGivesUp, HBSAN_CALLER_PC(),
                     [&] { return REAL(pthread_rwlock_trywrlock)(lock); });
}

INTERCEPTOR(int, pthread_rwlock_timedwrlock, pthread_rwlock_t* lock, const timespec* deadline) {
  return hbsan::Lock(lock, false, LockAttempt::kGivesUp, HBSAN_CALLER_PC(),
                     [&] { return REAL(pthread_rwlock_timedwrlock)(lock, deadline); });
}

INTERCEPTOR(int, pthread_rwlock_clockwrlock, pthread_rwlock_t* lock, clockid_t clock,
            const timespec* deadline) {
  return hbsan::Lock(lock, false, LockAttempt::kGivesUp, HBSAN_CALLER_PC(),
                     [&] { return REAL(pthread_rwlock_clockwrlock)(lock, clock, deadline); });
}

INTERCEPTOR(int, pthread_rwlock_unlock, pthread_rwlock_t* lock) {
  if (!hbsan::InRuntime() && !hbsan::BeforeUnlock(lock, HBSAN_CALLER_PC())) return EPERM;
  return REAL(pthread_rwlock_unlock)(lock);
}
