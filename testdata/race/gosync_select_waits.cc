// What follows a select is not ordered with the partner that ended its wait.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Chan<int> a(0), b(0);
  gosync::Go([=] {
    gosync::Select(gosync::OnRecv(a), gosync::OnSend(b, 1));
    data = 1;
    unseen.Reach(1);
  });
  b.Recv();
  unseen.Await(1);
  data = 2;
}
