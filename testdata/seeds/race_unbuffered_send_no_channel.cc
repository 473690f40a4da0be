// The twin of norace_unbuffered_send: without the channel nothing orders the write and the read.
// hbsan: a race between them.
#include <cstdio>

#include "gosync/gosync.h"

int a = 0;

int main() {
  gosync::WaitGroup wg;
  wg.Go([] {
    a = 1;  // RACE
  });
  std::printf("%d\n", a);  // RACE
  wg.Wait();
}
