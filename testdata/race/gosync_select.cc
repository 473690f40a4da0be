// The cases of a select that did not run order nothing.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Chan<int> a(1), b(1);
  gosync::Go([a] {
    data = 1;
    a.Send(1);
    unseen.Reach(1);
  });
  unseen.Await(1);
  gosync::Chan<int> full(1);
  full.Send(1);
  b.Send(1);
  // Either b, or a and then nothing.
  if (gosync::Select(gosync::OnRecv(b), gosync::OnSend(full, 2)) == 0) data = 2;
}
