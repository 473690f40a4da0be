// An eventfd carries order from writer to reader, also by its own functions and a duplicate; a
// timerfd from the arming to the read.
#include <assert.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "../unseen.h"

int event, copy, timer;
int first = 0, second = 0, armed = 0;
Unseen unseen;

void* Signal(void*) {
  first = 1;
  assert(eventfd_write(event, 1) == 0);
  unseen.Await(1);
  second = 2;
  const eventfd_t one = 1;
  assert(write(copy, &one, sizeof(one)) == sizeof(one));
  return nullptr;
}

void* Arm(void*) {
  armed = 1;
  itimerspec soon = {};
  soon.it_value.tv_nsec = 1;
  assert(timerfd_settime(timer, 0, &soon, nullptr) == 0);
  return nullptr;
}

int main() {
  event = eventfd(0, 0);
  copy = dup(event);
  timer = timerfd_create(CLOCK_MONOTONIC, 0);
  pthread_t signaller, armer;
  pthread_create(&signaller, nullptr, Signal, nullptr);
  pthread_create(&armer, nullptr, Arm, nullptr);
  eventfd_t count;
  assert(read(copy, &count, sizeof(count)) == sizeof(count) && first == 1);
  unseen.Reach(1);
  assert(eventfd_read(event, &count) == 0 && second == 2);
  assert(read(timer, &count, sizeof(count)) == sizeof(count) && armed == 1);
  pthread_join(signaller, nullptr);
  pthread_join(armer, nullptr);
}
