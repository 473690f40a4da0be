// A send that is not ordered with the close of its channel is a race by itself.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Close of channel
// EXPECT: Previous send on channel
// EXPECT: by goroutine
#include "../unseen.h"
#include "gosync/gosync.h"

[[maybe_unused]] Unseen unseen;

int main() {
  gosync::Chan<int> c(1);
  gosync::Go([c] {
    c.Send(1);
    unseen.Reach(1);
  });
  unseen.Await(1);
  c.Close();
}
