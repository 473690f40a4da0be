// With a buffer too, a send happens before the completion of its receive.
// hbsan: nothing.
// OUTPUT: 1
#include <cstdio>

#include "gosync/gosync.h"

int a = 0;

int main() {
  gosync::Chan<int> ch(1);
  gosync::Go([ch] {
    a = 1;
    ch.Send(0);
  });
  ch.Recv();
  std::printf("%d\n", a);
}
