// A value that was buffered before the close is not ordered by the close.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Chan<int> c(2);
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
