// live_threads COUNT [STACK_BYTES]: as many threads alive at once, each of which has called
// functions, used its stack, and taken a lock.
#include <pthread.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "tests/scale/memory_use.h"

namespace {

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t one_more = PTHREAD_COND_INITIALIZER;  // main waits
pthread_cond_t end = PTHREAD_COND_INITIALIZER;       // the others wait
std::size_t alive = 0;
bool over = false;

[[gnu::noinline]] int Work(int depth) {
  volatile int local[16];
  for (int i = 0; i < 16; ++i) local[i] = depth + i;
  int sum = depth == 0 ? 0 : Work(depth - 1);
  for (int i = 0; i < 16; ++i) sum += local[i];
  return sum;
}

void* Live(void*) {
  const int result = Work(4);
  pthread_mutex_lock(&mutex);
  ++alive;
  pthread_cond_signal(&one_more);
  while (!over) pthread_cond_wait(&end, &mutex);
  pthread_mutex_unlock(&mutex);
  return result == 0 ? nullptr : &mutex;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000;
  const std::size_t stack_bytes = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  if (stack_bytes != 0) pthread_attr_setstacksize(&attributes, stack_bytes);

  hbsan::scale::PrintMemoryUse("start");
  std::vector<pthread_t> threads(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (const int error = pthread_create(&threads[i], &attributes, Live, nullptr)) {
      std::fprintf(stderr, "pthread_create of thread %zu: %s\n", i + 1, std::strerror(error));
      return 1;
    }
    pthread_mutex_lock(&mutex);
    while (alive != i + 1) pthread_cond_wait(&one_more, &mutex);
    pthread_mutex_unlock(&mutex);
  }
  hbsan::scale::PrintMemoryUse("alive");
  pthread_mutex_lock(&mutex);
  over = true;
  pthread_cond_broadcast(&end);
  pthread_mutex_unlock(&mutex);
  for (const pthread_t thread : threads) pthread_join(thread, nullptr);
}
