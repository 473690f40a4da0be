// The twin of norace_buffered_send: what is read before the receive is not ordered by it.
// hbsan: a race between that read and the sender's write.
#include <cstdio>

#include "gosync/gosync.h"

int a = 0;

int main() {
  gosync::Chan<int> ch(1);
  gosync::Go([ch] {
    a = 1;  // RACE
    ch.Send(0);
  });
  std::printf("%d\n", a);  // RACE
  ch.Recv();
}
