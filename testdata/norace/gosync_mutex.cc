// An Unlock is ordered before every later Lock; so is a successful TryLock after it.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Mutex mu;
  mu.Lock();
  gosync::Go([&mu] {
    data = 1;
    mu.Unlock();
    unseen.Reach(1);
  });
  unseen.Await(1);
  if (mu.TryLock()) data = 2;
}
