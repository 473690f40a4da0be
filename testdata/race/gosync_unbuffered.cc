// With a buffer, a send does not wait for its receive.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Chan<int> c(1);
  gosync::Go([c] {
    data = 1;
    c.Recv();
    unseen.Reach(1);
  });
  c.Send(1);
  unseen.Await(1);
  data = 2;
}
