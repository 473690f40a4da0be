// The kth receive happens before the completion of the (k+C)th send: a channel with room for one
// is a lock.
// hbsan: nothing.
// OUTPUT: 100
#include <cstdio>

#include "gosync/gosync.h"

int main() {
  gosync::Chan<bool> slots(1);
  gosync::WaitGroup wg;
  int count = 0;
  for (int i = 0; i < 100; ++i) {
    wg.Go([&count, slots] {
      slots.Send(true);
      ++count;
      slots.Recv();
    });
  }
  wg.Wait();
  std::printf("%d\n", count);
}
