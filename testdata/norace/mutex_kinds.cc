// Unlock → lock, for every kind of mutex and every way to lock one.
#include <pthread.h>
#include <time.h>

#include "../unseen.h"

struct Guarded {
  pthread_mutex_t mutex;
  int data = 0;
};

using LockFunction = int(pthread_mutex_t*);

int Timed(pthread_mutex_t* m) {
  timespec deadline;
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += 60;
  return pthread_mutex_timedlock(m, &deadline);
}
int Clock(pthread_mutex_t* m) {
  timespec deadline;
  clock_gettime(CLOCK_MONOTONIC, &deadline);
  deadline.tv_sec += 60;
  return pthread_mutex_clocklock(m, CLOCK_MONOTONIC, &deadline);
}
int Try(pthread_mutex_t* m) {
  int result;
  while ((result = pthread_mutex_trylock(m)) != 0) sched_yield();
  return result;
}

constexpr LockFunction* kWays[] = {pthread_mutex_lock, Try, Timed, Clock};
constexpr int kTypes[] = {PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_ERRORCHECK,
                          PTHREAD_MUTEX_ADAPTIVE_NP};
constexpr int kProtocols[] = {PTHREAD_PRIO_NONE, PTHREAD_PRIO_INHERIT};

Guarded guarded;
LockFunction* way;
Unseen unseen;
int step;

void* First(void*) {
  way(&guarded.mutex);
  guarded.data = 1;
  pthread_mutex_unlock(&guarded.mutex);
  unseen.Reach(step);
  return nullptr;
}

void* Second(void*) {
  unseen.Await(step);
  way(&guarded.mutex);
  guarded.data = 2;
  pthread_mutex_unlock(&guarded.mutex);
  return nullptr;
}

void Run(int type, int protocol, int robustness) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, type);
  pthread_mutexattr_setprotocol(&attributes, protocol);
  pthread_mutexattr_setrobust(&attributes, robustness);
  pthread_mutex_init(&guarded.mutex, &attributes);
  ++step;
  pthread_t first, second;
  pthread_create(&first, nullptr, First, nullptr);
  pthread_create(&second, nullptr, Second, nullptr);
  pthread_join(first, nullptr);
  pthread_join(second, nullptr);
  pthread_mutex_destroy(&guarded.mutex);
  pthread_mutexattr_destroy(&attributes);
}

int main() {
  for (LockFunction* each : kWays) {
    way = each;
    for (int type : kTypes) {
      for (int protocol : kProtocols) {
        Run(type, protocol, PTHREAD_MUTEX_STALLED);
        // The kernel has no timed locks of priority mutexes on every clock.
        if (way != Clock) Run(type, protocol, PTHREAD_MUTEX_ROBUST);
      }
    }
  }
}
