// A struct is assigned in one goroutine and read in another, which may see half of it.
// hbsan: a race for each half, as each is read by itself.
// EXPECT: Location is global 't'
#include <cstdio>

#include "gosync/gosync.h"

struct Pair {
  long x, y;
};

Pair t = {0, 0};

int main() {
  gosync::WaitGroup wg;
  wg.Go([] {
    t = Pair{1, 2};  // RACE
  });
  std::printf("%ld %ld\n", t.x, t.y);  // RACE
  wg.Wait();
}
