// The twin of norace_buffered_semaphore: with room for two, two goroutines are let in at once, and
// neighbours are not ordered.
// hbsan: a race between two of the increments.
#include <cstdio>

#include "gosync/gosync.h"

int main() {
  gosync::Chan<bool> slots(2);
  gosync::WaitGroup wg;
  int count = 0;
  for (int i = 0; i < 2; ++i) {
    wg.Go([&count, slots] {
      slots.Send(true);
      ++count;  // RACE
      slots.Recv();
    });
  }
  wg.Wait();
  std::printf("%d\n", count);
}
