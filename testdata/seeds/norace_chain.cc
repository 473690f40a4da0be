// Happens-before is transitive: a write passes from goroutine to goroutine over a channel, a mutex,
// a flag and a WaitGroup, and the last of them sees it.
// hbsan: nothing.
// OUTPUT: 42
#include <cstdio>
#include <mutex>

#include "gosync/gosync.h"

int main() {
  int a = 0;
  bool passed = false;
  gosync::Mutex mu;
  gosync::Chan<bool> first(0);
  gosync::Bool flag;
  gosync::WaitGroup wg;
  wg.Go([&] {
    a = 42;
    first.Send(true);
  });
  wg.Go([&] {
    first.Recv();
    std::lock_guard hold(mu);
    passed = true;
  });
  wg.Go([&] {
    for (bool seen = false; !seen; gosync::Gosched()) {
      std::lock_guard hold(mu);
      seen = passed;
    }
    flag.Store(true);
  });
  wg.Go([&] {
    while (!flag.Load()) gosync::Gosched();
    std::printf("%d\n", a);
  });
  wg.Wait();
}
