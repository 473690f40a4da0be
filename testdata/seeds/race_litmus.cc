// The litmus test: x = 1; y = 1 in one goroutine, read y; read x in the other, counted over many
// rounds. "y is 1 and x is 0" is allowed; x86 hardware never shows it, a compiler may.
// hbsan: the races, whatever was counted.
// EXPECT: Location is global 'x'
// EXPECT: Location is global 'y'
#include <cstdio>

#include "gosync/gosync.h"

int x, y;

int main() {
  int counts[2][2] = {};
  for (int round = 0; round < 1000; ++round) {
    x = y = 0;
    int seen_x = 0, seen_y = 0;
    gosync::WaitGroup wg;
    wg.Go([] {
      x = 1;  // RACE
      y = 1;  // RACE
    });
    wg.Go([&] {
      seen_y = y;  // RACE
      seen_x = x;  // RACE
    });
    wg.Wait();
    ++counts[seen_y][seen_x];
  }
  std::printf("y=0 x=0: %d\ny=0 x=1: %d\n", counts[0][0], counts[0][1]);
  std::printf("y=1 x=0: %d\ny=1 x=1: %d\n", counts[1][0], counts[1][1]);
}
