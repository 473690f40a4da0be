// A receive is ordered after its send, not after what the sender does next.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Chan<int> c(3);
  gosync::Go([c] {
    c.Send(1);
    data = 1;
    unseen.Reach(1);
  });
  c.Recv();
  unseen.Await(1);
  data = 2;
}
