// A reader's sections are like one as long as no writer comes between; what it reads after the last
// of them, though it did so in each, is not ordered before a later Lock.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
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
    sum += data;
    unseen.Reach(1);
  });
  unseen.Await(1);
  mu.Lock();
  data = 1;
  mu.Unlock();
}
