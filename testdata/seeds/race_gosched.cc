// Yielding orders nothing.
// hbsan: a race between the write and the read.
#include <cstdio>

#include "gosync/gosync.h"

int a = 0;

int main() {
  gosync::WaitGroup wg;
  wg.Go([] {
    a = 1;  // RACE
    gosync::Gosched();
  });
  for (int i = 0; i < 100; ++i) gosync::Gosched();
  std::printf("%d\n", a);  // RACE
  wg.Wait();
}
