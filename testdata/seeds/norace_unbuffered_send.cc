// A send happens before the completion of its receive.
// hbsan: nothing.
// OUTPUT: 1
#include <cstdio>

#include "gosync/gosync.h"

int a = 0;

int main() {
  gosync::Chan<bool> ch(0);
  gosync::Go([ch] {
    a = 1;
    ch.Send(true);
  });
  ch.Recv();
  std::printf("%d\n", a);
}
