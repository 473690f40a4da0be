// A barrier's arrival in the next round is not ordered before what a slow thread does after this
// one. EXPECT: WARNING: hbsan: data race EXPECT: Location is global 'data'
#include <pthread.h>

#include <thread>

#include "../unseen.h"

pthread_barrier_t barrier;
int data = 0;
Unseen unseen;

int main() {
  pthread_barrier_init(&barrier, nullptr, 2);
  std::thread fast([] {
    pthread_barrier_wait(&barrier);
    data = 1;
    unseen.Reach(1);
    pthread_barrier_wait(&barrier);
  });
  std::thread slow([] {
    pthread_barrier_wait(&barrier);
    unseen.Await(1);
    data = 2;
    pthread_barrier_wait(&barrier);
  });
  fast.join();
  slow.join();
  pthread_barrier_destroy(&barrier);
}
