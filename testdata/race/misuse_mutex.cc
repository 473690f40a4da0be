// Misuse of mutexes: reports, and the error that the mutex's kind promises.
// EXPECT: destroy of a locked mutex
// EXPECT: double lock of a mutex
// EXPECT: unlock of an unlocked mutex (or by a wrong thread)
// EXPECT: use of an invalid mutex (e.g. uninitialized or destroyed)
// EXPECT: in DestroyLocked(
// EXPECT: in LockTwice(
// EXPECT: in UnlockUnlocked(
// EXPECT: in UnlockByAnother(
// EXPECT: in UseDestroyed(
#include <pthread.h>

#include <cerrno>
#include <cstdlib>
#include <thread>

pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER;
pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

void Check(bool ok) {
  if (!ok) abort();
}

__attribute__((noinline)) void DestroyLocked() {
  pthread_mutex_lock(&plain);
  Check(pthread_mutex_destroy(&plain) == EBUSY);
  pthread_mutex_unlock(&plain);
}

__attribute__((noinline)) void LockTwice() {
  pthread_mutex_lock(&checking);
  Check(pthread_mutex_lock(&checking) == EDEADLK);
  pthread_mutex_unlock(&checking);
}

__attribute__((noinline)) void UnlockUnlocked() { Check(pthread_mutex_unlock(&checking) == EPERM); }

__attribute__((noinline)) void UnlockByAnother() {
  Check(pthread_mutex_unlock(&checking) == EPERM);
}

__attribute__((noinline)) void UseDestroyed() {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_destroy(&mutex);
  Check(pthread_mutex_lock(&mutex) == EINVAL);
}

int main() {
  DestroyLocked();
  LockTwice();
  UnlockUnlocked();
  pthread_mutex_lock(&checking);
  std::thread(UnlockByAnother).join();
  pthread_mutex_unlock(&checking);
  UseDestroyed();
}
