// An Add from zero that is not ordered with the Wait is a race by itself: Wait may return too
// early.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Wait of WaitGroup
// EXPECT: Previous add to WaitGroup
// EXPECT: Location is global 'wg'
#include "../unseen.h"
#include "gosync/gosync.h"

gosync::WaitGroup wg;
Unseen unseen;

int main() {
  gosync::GOMAXPROCS(1);  // the third goroutine runs once the second one waits
  gosync::Go([] {
    wg.Add(1);
    unseen.Reach(1);
  });
  unseen.Await(1);
  gosync::Go([] {
    wg.Wait();
    unseen.Reach(2);
  });
  gosync::Go([] { wg.Done(); });
  unseen.Await(2);
}
