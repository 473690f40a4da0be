// Unlock of a spinlock → lock and successful trylock.
#include <pthread.h>

#include "../unseen.h"

pthread_spinlock_t lock;
int data = 0;
Unseen unseen;

void* First(void*) {
  pthread_spin_lock(&lock);
  data = 1;
  pthread_spin_unlock(&lock);
  unseen.Reach(1);
  return nullptr;
}

void* Second(void*) {
  unseen.Await(1);
  while (pthread_spin_trylock(&lock) != 0) sched_yield();
  data = 2;
  pthread_spin_unlock(&lock);
  return nullptr;
}

int main() {
  pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
  pthread_t first, second;
  pthread_create(&first, nullptr, First, nullptr);
  pthread_create(&second, nullptr, Second, nullptr);
  pthread_join(first, nullptr);
  pthread_join(second, nullptr);
  pthread_spin_destroy(&lock);
}
