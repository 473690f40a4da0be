// pthread_spin_*: unlock → return of a later lock. A spinlock does not know its owner, its sync
// object does.
#include <pthread.h>

#include "runtime/interceptors/mutex_ops.h"
#include "runtime/interceptors/sync_ops.h"
#include "runtime/real.h"

namespace hbsan {
namespace {

constexpr std::uint16_t kHeld = 1;  // SyncObject::host_flags: `owner` holds it

struct Holder {
  bool held;
  bool by_caller;
};

Holder HolderOf(const RuntimeScope& scope, const pthread_spinlock_t* lock) {
  SyncObject* s = TheDetector().FindSync(AddressOf(lock));
  if (s == nullptr) return {};
  SpinLockHolder hold(s->lock);
  const bool held = (s->host_flags & kHeld) != 0;
  return {held, held && s->owner == scope.thread().tid};
}

void SetHeld(const RuntimeScope& scope, const pthread_spinlock_t* lock, bool held) {
  SyncObject& s = TheDetector().SyncAt(scope.thread(), AddressOf(lock));
  SpinLockHolder hold(s.lock);
  s.host_flags = held ? kHeld : 0;
  s.owner = scope.thread().tid;
}

void BeforeLock(const pthread_spinlock_t* lock, LockAttempt attempt, std::uintptr_t pc) {
  CheckUse(pc, const_cast<const int*>(lock));
  if (attempt == LockAttempt::kGivesUp) return;
  RuntimeScope scope;
  if (HolderOf(scope, lock).by_caller) {
    Misused(scope, Misuse::kMutexDoubleLock, AddressOf(lock), pc);
  }
}

void AfterLocked(const pthread_spinlock_t* lock, std::uintptr_t pc) {
  RuntimeScope scope;
  Acquire(scope, AddressOf(lock));
  Locked(scope, AddressOf(lock), pc, /*shared=*/false);
  SetHeld(scope, lock, true);
}

void BeforeUnlock(const pthread_spinlock_t* lock, std::uintptr_t pc) {
  RuntimeScope scope;
  const Holder holder = HolderOf(scope, lock);
  if (!holder.by_caller) {
    Misused(scope, Misuse::kMutexBadUnlock, AddressOf(lock), pc);
    if (!holder.held) return;
  }
  SetHeld(scope, lock, false);
  ReleaseStore(scope, AddressOf(lock), pc);
  Unlocked(scope, AddressOf(lock));
}

}  // namespace
}  // namespace hbsan

using hbsan::LockAttempt;

INTERCEPTOR(int, pthread_spin_init, pthread_spinlock_t* lock, int shared) {
  if (!hbsan::InRuntime()) {
    hbsan::CheckMemory(HBSAN_CALLER_PC(), hbsan::AccessKind::kWrite, lock, sizeof(*lock));
    hbsan::ForgetAt(hbsan::AddressOf(lock));
  }
  return REAL(pthread_spin_init)(lock, shared);
}

INTERCEPTOR(int, pthread_spin_destroy, pthread_spinlock_t* lock) {
  if (!hbsan::InRuntime()) {
    {
      hbsan::RuntimeScope scope;
      if (hbsan::HolderOf(scope, lock).held) {
        hbsan::Misused(scope, hbsan::Misuse::kMutexDestroyLocked, hbsan::AddressOf(lock),
                       HBSAN_CALLER_PC());
      }
    }
    hbsan::CheckMemory(HBSAN_CALLER_PC(), hbsan::AccessKind::kWrite, lock, sizeof(*lock));
    hbsan::ForgetAt(hbsan::AddressOf(lock));
  }
  return REAL(pthread_spin_destroy)(lock);
}

INTERCEPTOR(int, pthread_spin_lock, pthread_spinlock_t* lock) {
  if (hbsan::InRuntime()) return REAL(pthread_spin_lock)(lock);
  hbsan::BeforeLock(lock, LockAttempt::kWaits, HBSAN_CALLER_PC());
  const int result = REAL(pthread_spin_lock)(lock);
  if (result == 0) hbsan::AfterLocked(lock, HBSAN_CALLER_PC());
  return result;
}

INTERCEPTOR(int, pthread_spin_trylock, pthread_spinlock_t* lock) {
  if (hbsan::InRuntime()) return REAL(pthread_spin_trylock)(lock);
  hbsan::BeforeLock(lock, LockAttempt::kGivesUp, HBSAN_CALLER_PC());
  const int result = REAL(pthread_spin_trylock)(lock);
  if (result == 0) hbsan::AfterLocked(lock, HBSAN_CALLER_PC());
  return result;
}

INTERCEPTOR(int, pthread_spin_unlock, pthread_spinlock_t* lock) {
  if (!hbsan::InRuntime()) hbsan::BeforeUnlock(lock, HBSAN_CALLER_PC());
  return REAL(pthread_spin_unlock)(lock);
}
