// memory = 42, with a WaitGroup alone.
// hbsan: nothing.
// OUTPUT: Memory value: 42
#include <cstdio>

#include "gosync/gosync.h"

int main() {
  gosync::WaitGroup wg;
  int memory = 0;
  wg.Go([&] { memory = 42; });
  wg.Wait();
  std::printf("Memory value: %d\n", memory);
}
