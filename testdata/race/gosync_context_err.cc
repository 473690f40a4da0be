// An Err that says that nothing happened orders nothing, nor does a cancel that comes too late.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  auto [ctx, cancel] = gosync::WithCancel(gosync::Background());
  auto [other, cancel_other] = gosync::WithCancel(ctx);
  cancel_other();
  gosync::Go([ctx = ctx, other = other, cancel_other = cancel_other] {
    data = 1;
    ctx.Err();
    cancel_other();
    unseen.Reach(1);
  });
  unseen.Await(1);
  ctx.Err();
  other.Err();
  cancel();
  data = 2;
}
