// "Reading a bool needs no synchronisation": it does, however small it is.
// hbsan: a race between the write and the read.
// EXPECT: of size 1
#include <cstdio>

#include "gosync/gosync.h"

bool flag = false;

int main() {
  gosync::WaitGroup wg;
  wg.Go([] {
    flag = true;  // RACE
  });
  std::puts(flag ? "set" : "not yet");  // RACE
  wg.Wait();
}
