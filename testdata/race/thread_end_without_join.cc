// A thread's end orders nothing by itself; neither does a join that timed out.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include <pthread.h>

#include <cerrno>

#include "../unseen.h"

int data = 0;
Unseen unseen;

void* Run(void*) {
  data = 1;
  unseen.Reach(1);
  unseen.Await(2);
  return nullptr;
}

int main() {
  pthread_t thread;
  pthread_create(&thread, nullptr, Run, nullptr);
  unseen.Await(1);
  const timespec past = {1, 0};
  if (pthread_timedjoin_np(thread, nullptr, &past) != ETIMEDOUT) return 1;
  data = 2;
  unseen.Reach(2);
  pthread_join(thread, nullptr);
}
