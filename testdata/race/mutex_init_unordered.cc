// Initialising and destroying a mutex are writes of it, which its users must be ordered with.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'mutex'
#include <pthread.h>

#include <thread>

#include "../unseen.h"

pthread_mutex_t mutex;
Unseen unseen;

int main() {
  std::thread thread([] {
    pthread_mutex_init(&mutex, nullptr);
    unseen.Reach(1);
  });
  unseen.Await(1);
  pthread_mutex_lock(&mutex);
  pthread_mutex_unlock(&mutex);
  thread.join();
}
