// What follows the setting of a deadline is not ordered with those who see it pass.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  auto [ctx, cancel] = gosync::WithTimeout(gosync::Background(), std::chrono::milliseconds(1));
  gosync::Go([ctx = ctx] {
    ctx.Done().RecvOk();
    data = 1;
    unseen.Reach(1);
  });
  unseen.Await(1);
  data = 2;
}
