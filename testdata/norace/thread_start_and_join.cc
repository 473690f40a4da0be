// Everything before a thread's start → its first statement; everything it did, in destructors too,
// → the return of each kind of join.
#include <pthread.h>
#include <sched.h>
#include <time.h>

#include <cerrno>
#include <initializer_list>

using JoinFunction = int(pthread_t);

timespec In60Seconds(clockid_t clock) {
  timespec deadline;
  clock_gettime(clock, &deadline);
  deadline.tv_sec += 60;
  return deadline;
}
int Join(pthread_t t) { return pthread_join(t, nullptr); }
int Try(pthread_t t) {
  int result;
  while ((result = pthread_tryjoin_np(t, nullptr)) == EBUSY) sched_yield();
  return result;
}
int Timed(pthread_t t) {
  const timespec deadline = In60Seconds(CLOCK_REALTIME);
  return pthread_timedjoin_np(t, nullptr, &deadline);
}
int Clock(pthread_t t) {
  const timespec deadline = In60Seconds(CLOCK_MONOTONIC);
  return pthread_clockjoin_np(t, nullptr, CLOCK_MONOTONIC, &deadline);
}
constexpr JoinFunction* kJoins[] = {Join, Try, Timed, Clock};

int data = 0;
pthread_key_t key;

struct Local {
  ~Local() { ++data; }
};
thread_local Local local;

void DestroyKey(void* rounds) {
  ++data;
  // Destructors run again, as long as they set their keys again and the limit allows.
  if (rounds != nullptr) pthread_setspecific(key, static_cast<char*>(rounds) - 1);
}

void* Return(void*) {
  pthread_setspecific(key, reinterpret_cast<void*>(2));
  (void)&local;
  ++data;
  return nullptr;
}

void* Exit(void*) {
  Return(nullptr);
  pthread_exit(nullptr);
}

void* BeCancelled(void*) {
  Return(nullptr);
  for (;;) pthread_testcancel();
}

int main() {
  pthread_key_create(&key, DestroyKey);
  for (JoinFunction* join : kJoins) {
    for (auto* run : {Return, Exit, BeCancelled}) {
      data = 1;
      pthread_t thread;
      pthread_create(&thread, nullptr, run, nullptr);
      if (run == BeCancelled) pthread_cancel(thread);
      if (join(thread) != 0) return 1;
      ++data;
    }
  }
}
