// A write with the lock held for reading only.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::RWMutex mu;
  gosync::Go([&mu] {
    mu.RLock();
    data = 1;
    unseen.Reach(1);
    unseen.Await(2);
    mu.RUnlock();
    unseen.Reach(3);
  });
  unseen.Await(1);
  mu.RLock();
  const int seen = data;
  mu.RUnlock();
  unseen.Reach(2);
  unseen.Await(3);
  return seen - 1;
}
