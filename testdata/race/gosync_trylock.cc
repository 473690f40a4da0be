// A TryLock that fails orders nothing.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Mutex mu;
  gosync::Go([&mu] {
    mu.Lock();
    data = 1;
    mu.Unlock();
    mu.Lock();
    unseen.Reach(1);
    unseen.Await(2);
    mu.Unlock();
    unseen.Reach(3);
  });
  unseen.Await(1);
  if (!mu.TryLock()) data = 2;
  unseen.Reach(2);
  unseen.Await(3);
}
