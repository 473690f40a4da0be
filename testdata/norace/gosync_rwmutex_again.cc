// The last of a reader's sections is ordered before a later Lock, and so are those before it.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
int sum = 0;
Unseen unseen;

int main() {
  gosync::RWMutex mu;
  mu.Lock();
  mu.Unlock();
  gosync::Go([&mu] {
    for (int i = 0; i < 3; ++i) {
      mu.RLock();
      sum += data;
      mu.RUnlock();
    }
    unseen.Reach(1);
  });
  unseen.Await(1);
  mu.Lock();
  data = 1;
  mu.Unlock();
}
