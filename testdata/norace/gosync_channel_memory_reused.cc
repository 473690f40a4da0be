// A channel's memory may have been that of another channel, closed by a goroutine that nothing
// orders before this one's sends.
#include "gosync/gosync.h"

int main() {
  gosync::GOMAXPROCS(1);
  gosync::WaitGroup done;
  for (int i = 0; i < 3000; ++i) {
    done.Go([i] {
      gosync::Chan<int> channel(1);
      if (i % 3 == 1) channel.Send(i);
      if (i % 3 == 0) channel.Close();
    });
  }
  done.Wait();
}
