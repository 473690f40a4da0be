// Another goroutine may see the writes to a and b in the other order: b == 2, and a still 0.
// hbsan: two races, on a and on b, whatever this run saw.
// EXPECT: Location is global 'a'
// EXPECT: Location is global 'b'
#include <cstdio>

#include "gosync/gosync.h"

int a = 0, b = 0;

int main() {
  gosync::WaitGroup wg;
  wg.Go([] {
    a = 1;  // RACE
    b = 2;  // RACE
  });
  wg.Go([] {
    const int seen_b = b;                            // RACE
    std::printf("a = %d when b = %d\n", a, seen_b);  // RACE
  });
  wg.Wait();
}
