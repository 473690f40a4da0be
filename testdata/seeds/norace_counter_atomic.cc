// The counter, put right: an Int64.
// hbsan: nothing.
// OUTPUT: 1000
#include <cstdio>

#include "gosync/gosync.h"

int main() {
  gosync::Int64 counter;
  gosync::WaitGroup wg;
  for (int i = 0; i < 1000; ++i) wg.Go([&] { counter.Add(1); });
  wg.Wait();
  std::printf("%d\n", static_cast<int>(counter.Load()));
}
