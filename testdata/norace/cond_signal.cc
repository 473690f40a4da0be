// A signal or broadcast → the return of the wait that it unblocks, also of what was done after the
// mutex was unlocked; by every way to wait.
#include <pthread.h>
#include <sched.h>
#include <time.h>

#include <initializer_list>

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
int waiting = 0;
int data = 0;

using WaitFunction = int();

timespec In60Seconds(clockid_t clock) {
  timespec deadline;
  clock_gettime(clock, &deadline);
  deadline.tv_sec += 60;
  return deadline;
}
int Wait() { return pthread_cond_wait(&cond, &mutex); }
int Timed() {
  const timespec deadline = In60Seconds(CLOCK_REALTIME);
  return pthread_cond_timedwait(&cond, &mutex, &deadline);
}
int Clock() {
  const timespec deadline = In60Seconds(CLOCK_MONOTONIC);
  return pthread_cond_clockwait(&cond, &mutex, CLOCK_MONOTONIC, &deadline);
}

WaitFunction* way;

void* Waiter(void*) {
  pthread_mutex_lock(&mutex);
  waiting = 1;
  way();
  waiting = 0;
  pthread_mutex_unlock(&mutex);
  data = 2;  // ordered by the signal alone
  return nullptr;
}

void Run(int (*wake)(pthread_cond_t*)) {
  pthread_t waiter;
  pthread_create(&waiter, nullptr, Waiter, nullptr);
  for (;;) {
    pthread_mutex_lock(&mutex);
    const bool ready = waiting == 1;
    pthread_mutex_unlock(&mutex);
    if (ready) break;
    sched_yield();
  }
  data = 1;
  wake(&cond);
  pthread_join(waiter, nullptr);
}

int main() {
  for (WaitFunction* each : {Wait, Timed, Clock}) {
    way = each;
    Run(pthread_cond_signal);
    Run(pthread_cond_broadcast);
  }
  pthread_cond_destroy(&cond);
}
