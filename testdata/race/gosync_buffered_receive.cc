// The kth receive is not ordered before the completion of a send before the (k+C)th.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Chan<int> c(2);
  c.Send(1);
  gosync::Go([c] {
    data = 1;
    c.Recv();
    unseen.Reach(1);
  });
  unseen.Await(1);
  c.Send(2);
  data = 2;
}
