// Goroutines that capture the loop's variable by reference read it while the loop goes on.
// hbsan: a race between the loop's next assignment and a goroutine's read.
// EXPECT: Location is stack of main thread
#include <cstdio>

#include "gosync/gosync.h"

int main() {
  const int items[] = {1, 2, 3};
  gosync::WaitGroup wg;
  int item;
  for (int next : items) {
    item = next;  // RACE
    wg.Go([&item] {
      std::printf("%d\n", item);  // RACE
    });
  }
  wg.Wait();
}
