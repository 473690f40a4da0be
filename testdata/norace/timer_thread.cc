// A timer's creation and its setting → the notification in a thread of the C library's.
#include <semaphore.h>
#include <signal.h>
#include <time.h>

int created = 0;
int set = 0;
sem_t done;

void Notify(sigval value) {
  ++*static_cast<int*>(value.sival_ptr);
  ++set;
  sem_post(&done);
}

int main() {
  sem_init(&done, 0, 0);
  for (int i = 0; i < 5; ++i) {
    ++created;
    sigevent event = {};
    event.sigev_notify = SIGEV_THREAD;
    event.sigev_notify_function = Notify;
    event.sigev_value.sival_ptr = &created;
    timer_t timer;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) return 1;
    ++set;
    const itimerspec soon = {{0, 0}, {0, 1}};
    if (timer_settime(timer, 0, &soon, nullptr) != 0) return 2;
    while (sem_wait(&done) != 0) {
    }
    timer_delete(timer);
  }
  return created == 10 && set == 10 ? 0 : 1;
}
