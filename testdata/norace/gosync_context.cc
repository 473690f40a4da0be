// What came before the cancelling is ordered before a receive on Done, of descendants too.
#include "gosync/gosync.h"

int data = 0;

int main() {
  auto [ctx, cancel] = gosync::WithCancel(gosync::Background());
  auto [child, cancel_child] = gosync::WithCancel(ctx);
  gosync::Go([cancel = cancel] {
    data = 1;
    cancel();
  });
  child.Done().RecvOk();
  data = 2;
}
