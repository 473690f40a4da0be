// <hbsan/annotations.h> tells of orders that cannot be seen: a flag, a lock, memory that is handed
// out again, and a counter whose race is meant.
#include <hbsan/annotations.h>

#include <thread>

#include "../unseen.h"

namespace {

Unseen unseen;
int message, guarded, counter;
int block[4];
char lock;

void Publish() {
  message = 1;
  hbsan_happens_before(&message);
  hbsan_mutex_locked(&lock);
  guarded = 1;
  hbsan_mutex_unlocking(&lock);
  block[0] = 1;
  ++counter;
  unseen.Reach(1);
}

void Receive() {
  unseen.Await(1);
  hbsan_happens_after(&message);
  message = 2;
}

void Lock() {
  unseen.Await(1);
  hbsan_mutex_read_locked(&lock);
  int sum = guarded;
  hbsan_mutex_read_unlocking(&lock);
  hbsan_new_memory(block, sizeof block);
  block[0] = sum;
  ++counter;
}

}  // namespace

int main() {
  hbsan_mutex_create(&lock);
  hbsan_benign_race(&counter, sizeof counter, "statistics: lost counts do no harm");
  std::thread first(Publish), second(Receive), third(Lock);
  first.join();
  second.join();
  third.join();
  hbsan_mutex_destroy(&lock);
  void* fiber = hbsan_fiber_create("a fiber");
  hbsan_fiber_destroy(fiber);
}
