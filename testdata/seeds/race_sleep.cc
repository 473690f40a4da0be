// Time orders nothing: after the sleep the write is long over, and still not ordered with the read.
// hbsan: a race between them.
#include <chrono>
#include <cstdio>

#include "gosync/gosync.h"

int a = 0;

int main() {
  gosync::WaitGroup wg;
  wg.Go([] {
    a = 1;  // RACE
  });
  gosync::Sleep(std::chrono::milliseconds(5));
  std::printf("%d\n", a);  // RACE
  wg.Wait();
}
