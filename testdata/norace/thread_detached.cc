// Detached threads, detached by attribute, by themselves and by another.
#include <pthread.h>
#include <semaphore.h>

sem_t done;
int data = 0;

void* Run(void* detach) {
  if (detach != nullptr) pthread_detach(pthread_self());
  ++data;
  sem_post(&done);
  return nullptr;
}

int main() {
  sem_init(&done, 0, 0);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  for (int i = 0; i < 50; ++i) {
    pthread_t thread;
    pthread_create(&thread, &attributes, Run, nullptr);
    sem_wait(&done);
    pthread_create(&thread, nullptr, Run, &thread);
    sem_wait(&done);
    pthread_create(&thread, nullptr, Run, nullptr);
    pthread_detach(thread);
    sem_wait(&done);
  }
  return data == 150 ? 0 : 1;
}
