// What follows the cancelling is not ordered with AfterFunc's function.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  auto [ctx, cancel] = gosync::WithCancel(gosync::Background());
  gosync::AfterFunc(ctx, [] {
    data = 1;
    unseen.Reach(1);
  });
  cancel();
  unseen.Await(1);
  data = 2;
}
