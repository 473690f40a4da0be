// A thread's stack and thread-local storage begin without history, though an earlier thread's were
// there.
#include <pthread.h>

thread_local int local[64];

__attribute__((noinline)) void Touch(volatile int* p, int n) {
  for (int i = 0; i < n; ++i) p[i] = i;
}

void* Run(void*) {
  int stack[256];
  Touch(stack, 256);
  Touch(local, 64);
  return nullptr;
}

int main() {
  for (int i = 0; i < 200; ++i) {
    pthread_t thread;
    pthread_create(&thread, nullptr, Run, nullptr);
    pthread_detach(thread);
    sched_yield();
  }
}
