// A channel's memory may have been that of another channel, closed by a goroutine that nothing
// orders before this one's sends.
#include "../unseen.h"
#include "gosync/gosync.h"

[[maybe_unused]] Unseen unseen;

int main() {
  gosync::GOMAXPROCS(1);
  gosync::WaitGroup done;
  for (int i = 0; i < 8; ++i) {
    done.Go([i] {
      gosync::Chan<int> channel(1);
      if (i % 2 == 1) channel.Send(i);
      if (i % 2 == 0) channel.Close();
    });
  }
  done.Wait();
}
