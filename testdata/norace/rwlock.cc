// A writer's unlock → later locks of both kinds; readers' unlocks → a later write lock; by every
// way to lock.
#include <pthread.h>
#include <time.h>

#include "../unseen.h"

using LockFunction = int(pthread_rwlock_t*);

timespec In60Seconds(clockid_t clock) {
  timespec deadline;
  clock_gettime(clock, &deadline);
  deadline.tv_sec += 60;
  return deadline;
}
int TimedRead(pthread_rwlock_t* l) {
  const timespec deadline = In60Seconds(CLOCK_REALTIME);
  return pthread_rwlock_timedrdlock(l, &deadline);
}
int TimedWrite(pthread_rwlock_t* l) {
  const timespec deadline = In60Seconds(CLOCK_REALTIME);
  return pthread_rwlock_timedwrlock(l, &deadline);
}
int ClockRead(pthread_rwlock_t* l) {
  const timespec deadline = In60Seconds(CLOCK_MONOTONIC);
  return pthread_rwlock_clockrdlock(l, CLOCK_MONOTONIC, &deadline);
}
int ClockWrite(pthread_rwlock_t* l) {
  const timespec deadline = In60Seconds(CLOCK_MONOTONIC);
  return pthread_rwlock_clockwrlock(l, CLOCK_MONOTONIC, &deadline);
}
int TryRead(pthread_rwlock_t* l) {
  while (pthread_rwlock_tryrdlock(l) != 0) sched_yield();
  return 0;
}
int TryWrite(pthread_rwlock_t* l) {
  while (pthread_rwlock_trywrlock(l) != 0) sched_yield();
  return 0;
}

struct Way {
  LockFunction* read;
  LockFunction* write;
};
constexpr Way kWays[] = {{pthread_rwlock_rdlock, pthread_rwlock_wrlock},
                         {TryRead, TryWrite},
                         {TimedRead, TimedWrite},
                         {ClockRead, ClockWrite}};

pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
Way way;
Unseen unseen;
int base;
int data = 0;
int read_data[2];

void* Write(void*) {
  way.write(&lock);
  data = 1;
  pthread_rwlock_unlock(&lock);
  unseen.Reach(base + 1);
  return nullptr;
}

void* Read(void* which) {
  const int i = which == nullptr ? 0 : 1;
  unseen.Await(base + 1 + i);
  way.read(&lock);
  read_data[i] = data;
  pthread_rwlock_unlock(&lock);
  unseen.Reach(base + 2 + i);
  return nullptr;
}

void* WriteLast(void*) {
  unseen.Await(base + 3);
  way.write(&lock);
  data = read_data[0] + read_data[1];
  pthread_rwlock_unlock(&lock);
  return nullptr;
}

int main() {
  for (const Way& each : kWays) {
    way = each;
    pthread_t threads[4];
    pthread_create(&threads[0], nullptr, Write, nullptr);
    pthread_create(&threads[1], nullptr, Read, nullptr);
    pthread_create(&threads[2], nullptr, Read, &data);
    pthread_create(&threads[3], nullptr, WriteLast, nullptr);
    for (pthread_t thread : threads) pthread_join(thread, nullptr);
    base += 3;
  }
  pthread_rwlock_destroy(&lock);
}
