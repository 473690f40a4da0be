// A thread that ends with a robust mutex locked → the lock that says so.
#include <pthread.h>

#include <cerrno>
#include <cstdlib>

#include "../unseen.h"

pthread_mutex_t mutex;
int data = 0;
Unseen unseen;

void* Die(void*) {
  pthread_mutex_lock(&mutex);
  data = 1;
  unseen.Reach(1);
  return nullptr;
}

void* Inherit(void*) {
  unseen.Await(1);
  if (pthread_mutex_lock(&mutex) != EOWNERDEAD) abort();
  data = 2;
  pthread_mutex_consistent(&mutex);
  pthread_mutex_unlock(&mutex);
  return nullptr;
}

int main() {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&mutex, &attributes);
  pthread_t first, second;
  pthread_create(&first, nullptr, Die, nullptr);
  pthread_create(&second, nullptr, Inherit, nullptr);
  pthread_join(first, nullptr);
  pthread_join(second, nullptr);
}
