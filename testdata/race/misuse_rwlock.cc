// Misuse of read-write locks and spinlocks.
// EXPECT: in UnlockUnlocked(
// EXPECT: in LockForReadingWhileWriting(
// EXPECT: read lock of a write locked mutex
// EXPECT: in UnlockOfAnothersWriteLock(
// EXPECT: read unlock of a write locked mutex
// EXPECT: in DestroyLocked(
// EXPECT: in UnlockSpinlock(
// EXPECT: in UnlockSpinlockOfAnother(
#include <pthread.h>

#include <cerrno>
#include <cstdlib>
#include <thread>

pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
pthread_spinlock_t spin;

void Check(bool ok) {
  if (!ok) abort();
}

__attribute__((noinline)) void UnlockUnlocked() { Check(pthread_rwlock_unlock(&lock) == EPERM); }

__attribute__((noinline)) void LockForReadingWhileWriting() {
  Check(pthread_rwlock_rdlock(&lock) == EDEADLK);
}

__attribute__((noinline)) void UnlockOfAnothersWriteLock() {
  Check(pthread_rwlock_unlock(&lock) == EPERM);
}

__attribute__((noinline)) void DestroyLocked() { pthread_rwlock_destroy(&lock); }

__attribute__((noinline)) void UnlockSpinlock() { pthread_spin_unlock(&spin); }
__attribute__((noinline)) void UnlockSpinlockOfAnother() { pthread_spin_unlock(&spin); }

int main() {
  UnlockUnlocked();
  pthread_rwlock_wrlock(&lock);
  LockForReadingWhileWriting();
  std::thread(UnlockOfAnothersWriteLock).join();
  DestroyLocked();
  pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
  UnlockSpinlock();
  pthread_spin_lock(&spin);
  std::thread(UnlockSpinlockOfAnother).join();
}
