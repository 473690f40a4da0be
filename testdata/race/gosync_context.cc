// What follows the cancelling is not ordered with those who see it.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  auto [ctx, cancel] = gosync::WithCancel(gosync::Background());
  gosync::Go([cancel = cancel] {
    cancel();
    data = 1;
    unseen.Reach(1);
  });
  ctx.Done().RecvOk();
  unseen.Await(1);
  data = 2;
}
