// RWMutex: an Unlock happens before every later Lock: writers order each other.
// hbsan: nothing.
// OUTPUT: 100
#include <cstdio>
#include <mutex>

#include "gosync/gosync.h"

int main() {
  gosync::RWMutex mu;
  gosync::WaitGroup wg;
  int count = 0;
  for (int i = 0; i < 100; ++i) {
    wg.Go([&] {
      std::lock_guard hold(mu);
      ++count;
    });
  }
  wg.Wait();
  std::printf("%d\n", count);
}
