// The twin of norace_close_many_readers: the close orders nothing for the one that does not
// receive.
// hbsan: a race between the write and that goroutine's read; none with the others.
#include <cstdio>

#include "gosync/gosync.h"

int main() {
  gosync::Chan<bool> ready(0);
  gosync::WaitGroup wg;
  int setting = 0;
  for (int i = 0; i < 4; ++i) {
    wg.Go([&, ready] {
      ready.Recv();
      std::printf("%d\n", setting);
    });
  }
  wg.Go([&] {
    std::printf("hasty: %d\n", setting);  // RACE
  });
  setting = 10;  // RACE
  ready.Close();
  wg.Wait();
}
