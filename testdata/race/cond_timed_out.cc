// A wait that times out was unblocked by no signal.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include <pthread.h>

#include <thread>

#include "../unseen.h"

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
int data = 0;
Unseen unseen;

int main() {
  std::thread signaller([] {
    data = 1;
    pthread_cond_broadcast(&cond);
    unseen.Reach(1);
  });
  std::thread waiter([] {
    unseen.Await(1);
    const timespec past = {1, 0};
    pthread_mutex_lock(&mutex);
    pthread_cond_timedwait(&cond, &mutex, &past);
    pthread_mutex_unlock(&mutex);
    data = 2;
  });
  signaller.join();
  waiter.join();
}
