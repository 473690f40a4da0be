// A received value is written to its target by the receiver, like any other.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Chan<int> c(0);
  gosync::Go([c] {
    data = c.Recv();
    unseen.Reach(1);
  });
  c.Send(1);
  unseen.Await(1);
  data = 2;
}
