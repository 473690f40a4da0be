// The twin of norace_unbuffered_receive: a send into a buffer does not wait for its receive.
// hbsan: a race between the receiver's write and what the sender reads.
#include <cstdio>

#include "gosync/gosync.h"

int a = 0;

int main() {
  gosync::WaitGroup wg;
  gosync::Chan<bool> ch(1);
  wg.Go([ch] {
    a = 1;  // RACE
    ch.Recv();
  });
  ch.Send(true);
  std::printf("%d\n", a);  // RACE
  wg.Wait();
}
