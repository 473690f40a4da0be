// Threads on small stacks and on stacks of the program's own, used again and again.
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

int data = 0;

__attribute__((noinline)) void Touch(volatile int* p, int n) {
  for (int i = 0; i < n; ++i) p[i] = i;
}

void* Run(void*) {
  int stack[512];
  Touch(stack, 512);
  ++data;
  return nullptr;
}

int main() {
  for (int i = 0; i < 50; ++i) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN);
    pthread_t thread;
    if (pthread_create(&thread, &attributes, Run, nullptr) != 0) return 1;
    pthread_join(thread, nullptr);

    constexpr size_t kBytes = 128 << 10;
    void* stack = aligned_alloc(4096, kBytes);
    pthread_attr_setstack(&attributes, stack, kBytes);
    if (pthread_create(&thread, &attributes, Run, nullptr) != 0) return 2;
    pthread_join(thread, nullptr);
    free(stack);
  }
}
