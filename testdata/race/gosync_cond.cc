// What follows a Signal is not ordered with the Wait that it ends.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Mutex mu;
  gosync::Cond cond(mu);
  bool ready = false;
  gosync::Go([&] {
    mu.Lock();
    ready = true;
    mu.Unlock();
    cond.Signal();
    data = 1;
    unseen.Reach(1);
  });
  mu.Lock();
  while (!ready) cond.Wait();
  mu.Unlock();
  unseen.Await(1);
  data = 2;
}
