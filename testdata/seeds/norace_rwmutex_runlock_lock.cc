// RWMutex: an RUnlock happens before every later Lock: a writer does not disturb earlier readers.
// hbsan: nothing.
// OUTPUT: 0
#include <cstdio>

#include "../unseen.h"
#include "gosync/gosync.h"

gosync::RWMutex mu;
int a = 0;
Unseen unseen;

int main() {
  gosync::WaitGroup wg;
  wg.Go([] {
    mu.RLock();
    std::printf("%d\n", a);
    mu.RUnlock();
    unseen.Reach(1);
  });
  unseen.Await(1);
  mu.Lock();
  a = 1;
  mu.Unlock();
  wg.Wait();
}
