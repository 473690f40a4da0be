// What came before a deadline was set is ordered before those who see it pass.
#include "gosync/gosync.h"

int data = 0;

int main() {
  gosync::Chan<int> done(0);
  data = 1;
  auto [ctx, cancel] = gosync::WithTimeout(gosync::Background(), std::chrono::milliseconds(1));
  gosync::AfterFunc(ctx, [done] {
    data = 2;
    done.Send(1);
  });
  done.Recv();
}
