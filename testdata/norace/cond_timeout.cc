// A wait that times out holds the mutex again.
#include <pthread.h>

#include <cerrno>
#include <cstdlib>

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
int data = 0;

void* Run(void*) {
  for (int i = 0; i < 100; ++i) {
    pthread_mutex_lock(&mutex);
    ++data;
    const timespec past = {1, 0};
    if (pthread_cond_timedwait(&cond, &mutex, &past) != ETIMEDOUT) abort();
    ++data;
    if (pthread_cond_clockwait(&cond, &mutex, CLOCK_MONOTONIC, &past) != ETIMEDOUT) abort();
    ++data;
    pthread_mutex_unlock(&mutex);
  }
  return nullptr;
}

int main() {
  pthread_t threads[3];
  for (pthread_t& thread : threads) pthread_create(&thread, nullptr, Run, nullptr);
  for (pthread_t thread : threads) pthread_join(thread, nullptr);
}
