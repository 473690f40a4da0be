// A Broadcast is ordered before all Waits that it ends.
#include "gosync/gosync.h"

int data = 0;

int main() {
  gosync::Mutex mu;
  gosync::Cond cond(mu);
  int waiting = 0, woken = 0;
  gosync::WaitGroup wg;
  for (int i = 0; i < 3; ++i) {
    wg.Go([&] {
      mu.Lock();
      ++waiting;
      cond.Wait();
      mu.Unlock();
      if (data != 1) __builtin_trap();
      mu.Lock();
      ++woken;
      mu.Unlock();
    });
  }
  for (;;) {
    mu.Lock();
    const bool all = waiting == 3;
    mu.Unlock();
    if (all) break;
    gosync::Gosched();
  }
  data = 1;
  cond.Broadcast();
  wg.Wait();
  return woken - 3;
}
