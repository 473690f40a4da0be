// "If tests pass, it is correct": the check never fails here, and the program is wrong all the
// same.
// hbsan: two races, on x and on y.
// EXPECT: Location is global 'x'
// EXPECT: Location is global 'y'
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "gosync/gosync.h"

int x = 0, y = 0;

int main() {
  gosync::WaitGroup wg;
  wg.Go([] {
    x = 1;  // RACE
    y = 1;  // RACE
  });
  gosync::Sleep(std::chrono::milliseconds(1));
  const int seen_y = y;  // RACE
  const int seen_x = x;  // RACE
  std::printf("y = %d, x = %d\n", seen_y, seen_x);
  if (seen_y == 1 && seen_x == 0) std::abort();
  wg.Wait();
}
