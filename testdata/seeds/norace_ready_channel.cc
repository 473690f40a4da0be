// setup and reader, put right: a channel says that the data are ready.
// hbsan: nothing.
// OUTPUT: 42
#include <cstdio>

#include "gosync/gosync.h"

int main() {
  gosync::Chan<bool> ready(0);
  int data = 0;
  gosync::Go([&data, ready] {
    data = 42;
    ready.Send(true);
  });
  ready.Recv();
  std::printf("%d\n", data);
}
