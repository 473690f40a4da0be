// Without a buffer, a receive happens before the completion of its send: the sender sees what the
// receiver did before.
// hbsan: nothing.
// OUTPUT: 1
#include <cstdio>

#include "gosync/gosync.h"

int a = 0;

int main() {
  gosync::Chan<bool> ch(0);
  gosync::Go([ch] {
    a = 1;
    ch.Recv();
  });
  ch.Send(true);
  std::printf("%d\n", a);
}
