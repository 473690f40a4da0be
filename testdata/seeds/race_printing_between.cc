// Printing takes a lock inside the C library, and orders nothing in the program.
// hbsan: a race between the write and the read.
#include <cstdio>

#include "gosync/gosync.h"

int a = 0;

int main() {
  gosync::WaitGroup wg;
  wg.Go([] {
    a = 1;  // RACE
    std::puts("written");
  });
  std::puts("about to read");
  std::printf("%d\n", a);  // RACE
  wg.Wait();
}
