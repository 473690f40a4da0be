// Four goroutines add to one sum. The channel orders them with main, not with each other.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Previous write of size 4
// EXPECT: created by main thread at:
#include <cstdio>

#include "gosync/gosync.h"

int main() {
  int sum = 0;
  gosync::Chan<int> done(4);
  for (int i = 0; i < 4; ++i) {
    gosync::Go([&sum, done, i] {
      sum += i * i;
      done.Send(i);
    });
  }
  for (int i = 0; i < 4; ++i) done.Recv();
  std::printf("%d\n", sum);
}
