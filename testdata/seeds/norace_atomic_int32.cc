// The same with a number as a flag.
// hbsan: nothing.
// OUTPUT: 42
#include <cstdio>

#include "gosync/gosync.h"

int main() {
  int a = 0;
  gosync::Int32 flag;
  gosync::Go([&] {
    a = 42;
    flag.Store(1);
  });
  while (flag.Load() == 0) gosync::Gosched();
  std::printf("%d\n", a);
}
