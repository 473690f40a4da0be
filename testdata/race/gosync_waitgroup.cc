// What a goroutine does after Done is not ordered before Wait.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
[[maybe_unused]] Unseen unseen;

int main() {
  gosync::WaitGroup wg;
  wg.Add(1);
  gosync::Go([&wg] {
    wg.Done();
    data = 1;
    unseen.Reach(1);
  });
  wg.Wait();
  unseen.Await(1);
  data = 2;
}
