// AfterFunc's function is ordered after the cancelling, and after the call of AfterFunc.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0, other = 0;
Unseen unseen;

int main() {
  auto [ctx, cancel] = gosync::WithCancel(gosync::Background());
  gosync::Chan<int> done(0);
  gosync::Go([ctx = ctx, done] {
    other = 1;
    gosync::AfterFunc(ctx, [done] {
      data = 2;
      other = 2;
      done.Send(1);
    });
    unseen.Reach(1);
  });
  unseen.Await(1);
  data = 1;
  cancel();
  done.Recv();
}
