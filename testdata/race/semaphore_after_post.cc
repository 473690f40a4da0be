// A post orders what was before it, not what follows.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include <semaphore.h>

#include <thread>

#include "../unseen.h"

sem_t sem;
int data = 0;
Unseen unseen;

int main() {
  sem_init(&sem, 0, 0);
  std::thread poster([] {
    sem_post(&sem);
    data = 1;
    unseen.Reach(1);
  });
  std::thread waiter([] {
    unseen.Await(1);
    sem_wait(&sem);
    data = 2;
  });
  poster.join();
  waiter.join();
}
