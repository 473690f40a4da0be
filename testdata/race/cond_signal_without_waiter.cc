// A signal that finds no waiter orders nothing, not even a later wait on the same condition.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include <pthread.h>

#include <thread>

#include "../unseen.h"

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
int data = 0;
bool waiting = false;
Unseen unseen;

int main() {
  std::thread early([] {
    data = 1;
    pthread_cond_signal(&cond);
    unseen.Reach(1);
  });
  std::thread waiter([] {
    unseen.Await(1);
    pthread_mutex_lock(&mutex);
    waiting = true;
    pthread_cond_wait(&cond, &mutex);
    pthread_mutex_unlock(&mutex);
    data = 2;
  });
  std::thread waker([] {
    for (bool ready = false; !ready;) {
      pthread_mutex_lock(&mutex);
      ready = waiting;
      pthread_mutex_unlock(&mutex);
    }
    pthread_cond_signal(&cond);
  });
  early.join();
  waiter.join();
  waker.join();
}
