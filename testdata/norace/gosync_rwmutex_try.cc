// TryLock is ordered after RUnlock, TryRLock after Unlock.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0, other = 0;
Unseen unseen;

int main() {
  gosync::RWMutex mu;
  mu.RLock();
  gosync::Go([&mu] {
    data = 1;
    mu.RUnlock();
  });
  while (!mu.TryLock()) gosync::Gosched();
  data = 2;
  gosync::Go([&mu] {
    while (!mu.TryRLock()) gosync::Gosched();
    other = data;
    mu.RUnlock();
    unseen.Reach(1);
  });
  mu.Unlock();
  unseen.Await(1);
}
