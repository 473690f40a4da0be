// RWMutex: readers do not order each other. Who writes under RLock races with them.
// hbsan: a race, although both sides hold the mutex: they hold it for reading.
// EXPECT: read M1
#include <mutex>
#include <shared_mutex>

#include "gosync/gosync.h"

gosync::RWMutex mu;
int hits = 0;

void Hit() {
  std::shared_lock hold(mu);
  ++hits;  // RACE
}

int main() {
  gosync::WaitGroup wg;
  wg.Go(Hit);
  wg.Go(Hit);
  wg.Wait();
}
