// The main thread may end by pthread_exit and be joined.
#include <pthread.h>

#include <cstdlib>

pthread_t main_thread;
int data = 0;

void* Run(void*) {
  if (pthread_join(main_thread, nullptr) != 0) abort();
  ++data;
  exit(data == 2 ? 0 : 1);
}

int main() {
  main_thread = pthread_self();
  pthread_t thread;
  pthread_create(&thread, nullptr, Run, nullptr);
  ++data;
  pthread_exit(nullptr);
}
