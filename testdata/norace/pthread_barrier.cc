// Each arrival at a barrier → every return, in every round; the last round's leavers may destroy
// it.
#include <pthread.h>

constexpr int kThreads = 4;
constexpr int kRounds = 20;

pthread_barrier_t barrier;
int slots[kThreads];

void* Run(void* argument) {
  const int self = *static_cast<int*>(argument);
  for (int round = 0; round < kRounds; ++round) {
    slots[self] = round;
    pthread_barrier_wait(&barrier);
    int sum = 0;
    for (int slot : slots) sum += slot;
    if (sum != round * kThreads) return nullptr;
    pthread_barrier_wait(&barrier);
  }
  return nullptr;
}

int main() {
  pthread_barrier_init(&barrier, nullptr, kThreads);
  pthread_t threads[kThreads];
  int ids[kThreads];
  for (int i = 0; i < kThreads; ++i) {
    ids[i] = i;
    pthread_create(&threads[i], nullptr, Run, &ids[i]);
  }
  for (pthread_t thread : threads) pthread_join(thread, nullptr);
  pthread_barrier_destroy(&barrier);
}
