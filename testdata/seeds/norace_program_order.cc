// Within one goroutine, statements happen in program order: x and y are set before z reads them.
// hbsan: nothing.
// OUTPUT: 3
#include <cstdio>

#include "gosync/gosync.h"

int main() {
  gosync::WaitGroup wg;
  wg.Go([] {
    int x = 1;
    int y = 2;
    int z = x + y;
    std::printf("%d\n", z);
  });
  wg.Wait();
}
