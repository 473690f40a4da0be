// A receive that drains a value from before the close is ordered after its send, not after the
// close.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
// EXPECT: goroutine 1 released channel 0x
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Chan<int> c(1);
  gosync::Go([c] {
    c.Send(1);
    data = 1;
    c.Close();
    unseen.Reach(1);
  });
  unseen.Await(1);
  c.RecvOk();
  data = 2;
}
