// The twin of norace_once: who does not call Do is not ordered with the function.
// hbsan: a race between the function's write and that read.
#include <cstdio>

#include "gosync/gosync.h"

gosync::Once once;
int a = 0;

void Setup() {
  a = 1;  // RACE
}

int main() {
  gosync::WaitGroup wg;
  wg.Go([] { once.Do(Setup); });
  std::printf("%d\n", a);  // RACE
  wg.Wait();
}
