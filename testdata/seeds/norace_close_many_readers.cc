// One close is a signal to any number of receivers.
// hbsan: nothing.
// OUTPUT: 80
#include <cstdio>

#include "gosync/gosync.h"

int main() {
  gosync::Chan<bool> ready(0);
  gosync::WaitGroup wg;
  gosync::Int64 sum;
  int setting = 0;
  for (int i = 0; i < 8; ++i) {
    wg.Go([&, ready] {
      ready.Recv();
      sum.Add(setting);
    });
  }
  setting = 10;
  ready.Close();
  wg.Wait();
  std::printf("%d\n", static_cast<int>(sum.Load()));
}
