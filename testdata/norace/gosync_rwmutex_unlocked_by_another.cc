// Each Unlock is ordered before all later Locks, whoever unlocks in between.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::RWMutex rw;
  gosync::Go([&rw] {
    rw.Lock();
    data = 1;
    rw.Unlock();
    unseen.Reach(1);
  });
  unseen.Await(1);
  gosync::Go([&rw] {
    rw.Lock();
    unseen.Reach(2);
  });
  unseen.Await(2);
  gosync::Go([&rw] {
    rw.Unlock();
    unseen.Reach(3);
  });
  unseen.Await(3);
  rw.Lock();
  data = 2;
  rw.Unlock();
}
