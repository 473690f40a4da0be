// A channel variable that two goroutines share is a variable like any other.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'channel'
#include "../unseen.h"
#include "gosync/gosync.h"

[[maybe_unused]] Unseen unseen;
gosync::Chan<int> channel(1);

int main() {
  gosync::Go([] {
    channel.Send(1);
    unseen.Reach(1);
  });
  unseen.Await(1);
  channel = gosync::Chan<int>(2);
}
