// The bool, put right: a Bool.
// hbsan: nothing.
// OUTPUT: set
#include <cstdio>

#include "gosync/gosync.h"

gosync::Bool flag;

int main() {
  gosync::Go([] { flag.Store(true); });
  while (!flag.Load()) gosync::Gosched();
  std::puts("set");
}
