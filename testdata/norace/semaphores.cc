// Post → wait, by every way to wait; the waiter may destroy the semaphore.
#include <semaphore.h>
#include <time.h>

#include <initializer_list>
#include <thread>

using WaitFunction = int(sem_t*);

int Try(sem_t* sem) {
  while (sem_trywait(sem) != 0) std::this_thread::yield();
  return 0;
}
int Timed(sem_t* sem) {
  timespec deadline;
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += 60;
  return sem_timedwait(sem, &deadline);
}
int Clock(sem_t* sem) {
  timespec deadline;
  clock_gettime(CLOCK_MONOTONIC, &deadline);
  deadline.tv_sec += 60;
  return sem_clockwait(sem, CLOCK_MONOTONIC, &deadline);
}

int main() {
  for (WaitFunction* wait : {sem_wait, Try, Timed, Clock}) {
    auto* sem = new sem_t;
    int data = 0;
    sem_init(sem, 0, 0);
    std::thread poster([&] {
      data = 1;
      sem_post(sem);
    });
    std::thread waiter([&] {
      wait(sem);
      data = 2;
      sem_destroy(sem);
      delete sem;
    });
    poster.join();
    waiter.join();
  }
}
