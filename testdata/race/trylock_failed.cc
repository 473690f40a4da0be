// A trylock that fails orders nothing.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include <pthread.h>

#include <thread>

#include "../unseen.h"

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
int data = 0;
Unseen unseen;

int main() {
  std::thread first([] {
    data = 1;
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    pthread_mutex_lock(&mutex);
    unseen.Reach(1);
    unseen.Await(2);
    pthread_mutex_unlock(&mutex);
  });
  std::thread second([] {
    unseen.Await(1);
    if (pthread_mutex_trylock(&mutex) == 0) __builtin_abort();
    data = 2;
    unseen.Reach(2);
  });
  first.join();
  second.join();
}
