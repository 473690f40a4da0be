// Adds order each other: the last of several to arrive sees what all of them did.
// hbsan: nothing.
// OUTPUT: 0+1+2+3 = 6
#include <cstdio>

#include "gosync/gosync.h"

int main() {
  int parts[4] = {};
  gosync::Int32 arrived;
  gosync::Chan<int> sum(0);
  for (int i = 0; i < 4; ++i) {
    gosync::Go([&, i, sum] {
      parts[i] = i;
      if (arrived.Add(1) == 4) sum.Send(parts[0] + parts[1] + parts[2] + parts[3]);
    });
  }
  std::printf("0+1+2+3 = %d\n", sum.Recv());
}
