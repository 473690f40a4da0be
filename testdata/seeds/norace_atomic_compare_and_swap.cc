// A CompareAndSwap that succeeds reads and writes: as a spin lock it orders one holder before the
// next.
// hbsan: nothing.
// OUTPUT: 50
#include <cstdio>

#include "gosync/gosync.h"

int main() {
  gosync::Bool locked;
  gosync::WaitGroup wg;
  int count = 0;
  for (int i = 0; i < 50; ++i) {
    wg.Go([&] {
      while (!locked.CompareAndSwap(false, true)) gosync::Gosched();
      ++count;
      locked.Store(false);
    });
  }
  wg.Wait();
  std::printf("%d\n", count);
}
