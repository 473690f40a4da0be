// RUnlock is ordered before a later Lock, and Unlock before a later RLock.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::RWMutex mu;
  gosync::Go([&mu] {
    mu.RLock();
    data = 1;
    mu.RUnlock();
    unseen.Reach(1);
  });
  unseen.Await(1);
  mu.Lock();
  data = 2;
  mu.Unlock();
  gosync::Go([&mu] {
    mu.RLock();
    data = 3;
    mu.RUnlock();
    unseen.Reach(2);
  });
  unseen.Await(2);
}
