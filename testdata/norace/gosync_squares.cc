// Four goroutines send what main adds.
#include <cstdio>

#include "gosync/gosync.h"

int main() {
  int sum = 0;
  gosync::Chan<int> squares(4);
  for (int i = 0; i < 4; ++i) {
    gosync::Go([squares, i] { squares.Send(i * i); });
  }
  for (int i = 0; i < 4; ++i) sum += squares.Recv();
  std::printf("%d\n", sum);
}
