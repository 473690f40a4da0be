// A TryRLock orders readers no more than an RLock does.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::RWMutex mu;
  gosync::Go([&mu] {
    mu.TryRLock();
    data = 1;
    mu.RUnlock();
    unseen.Reach(1);
  });
  unseen.Await(1);
  mu.TryRLock();
  data = 2;
  mu.RUnlock();
}
