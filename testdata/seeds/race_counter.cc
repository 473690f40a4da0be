// A thousand goroutines increment a counter; some of the increments may get lost.
// hbsan: a race of two increments.
#include <cstdio>

#include "gosync/gosync.h"

int counter = 0;

int main() {
  gosync::WaitGroup wg;
  for (int i = 0; i < 1000; ++i) {
    wg.Go([] {
      ++counter;  // RACE
    });
  }
  wg.Wait();
  std::printf("%d\n", counter);
}
