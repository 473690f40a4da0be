// An atomic store happens before each load that observes it: a Bool as a flag.
// hbsan: nothing.
// OUTPUT: 42
#include <cstdio>

#include "gosync/gosync.h"

int data = 0;
gosync::Bool ready;

void Producer() {
  data = 42;
  ready.Store(true);
}

void Consumer() {
  while (!ready.Load()) gosync::Gosched();
  std::printf("%d\n", data);
}

int main() {
  gosync::WaitGroup wg;
  wg.Go(Consumer);
  wg.Go(Producer);
  wg.Wait();
}
