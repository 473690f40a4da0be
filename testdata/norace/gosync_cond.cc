// A Signal is ordered before the return of the Wait that it ends.
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
    data = 1;
    cond.Signal();
    unseen.Reach(1);
  });
  mu.Lock();
  while (!ready) cond.Wait();
  mu.Unlock();
  unseen.Await(1);
}
