// A thread that is cancelled in a wait holds the mutex in its cleanup handlers.
#include <pthread.h>
#include <sched.h>

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
int data = 0;

void Cleanup(void*) {
  ++data;
  pthread_mutex_unlock(&mutex);
}

void* Waiter(void*) {
  pthread_mutex_lock(&mutex);
  data = 1;
  pthread_cleanup_push(Cleanup, nullptr);
  for (;;) pthread_cond_wait(&cond, &mutex);
  pthread_cleanup_pop(0);
  return nullptr;
}

int main() {
  pthread_t waiter;
  pthread_create(&waiter, nullptr, Waiter, nullptr);
  for (bool ready = false; !ready; sched_yield()) {
    pthread_mutex_lock(&mutex);
    ready = data == 1;
    pthread_mutex_unlock(&mutex);
  }
  pthread_cancel(waiter);
  pthread_mutex_lock(&mutex);
  ++data;
  pthread_mutex_unlock(&mutex);
  pthread_join(waiter, nullptr);
  return data == 3 ? 0 : 1;
}
