// The loop variable, put right: each goroutine captures a copy.
// hbsan: nothing.
// OUTPUT: 6
#include <cstdio>

#include "gosync/gosync.h"

int main() {
  gosync::WaitGroup wg;
  gosync::Int64 sum;
  for (int i = 1; i <= 3; ++i) {
    wg.Go([&sum, i] { sum.Add(i); });
  }
  wg.Wait();
  std::printf("%d\n", static_cast<int>(sum.Load()));
}
