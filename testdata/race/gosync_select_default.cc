// A select that ran its Default orders nothing, nor does a TryRecv that failed.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Chan<int> c(0);
  gosync::Go([c] {
    data = 1;
    gosync::Select(gosync::OnSend(c, 1), gosync::Default());
    unseen.Reach(1);
  });
  unseen.Await(1);
  gosync::Select(gosync::OnRecv(c), gosync::Default());
  c.TryRecv();
  data = 2;
}
