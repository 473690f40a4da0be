// A slot passes on its last user's clock only: an earlier sender is not ordered with a later
// receiver.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
[[maybe_unused]] Unseen unseen;

int main() {
  gosync::Chan<int> c(1);
  gosync::Go([c] {
    data = 1;
    c.Send(1);
    unseen.Reach(1);
  });
  gosync::Go([c] {
    unseen.Await(1);
    c.Recv();
    unseen.Reach(2);
  });
  gosync::Go([c] {
    unseen.Await(2);
    c.Send(2);
  });
  unseen.Await(2);
  c.Recv();
  data = 2;
}
