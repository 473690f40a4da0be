// Go's defer is a scope guard here: that it runs late orders nothing.
// hbsan: a race between the guard's read and the goroutine's write.
#include <cstdio>

#include "gosync/gosync.h"

int a = 0;

struct PrintAtEnd {
  ~PrintAtEnd() {
    std::printf("%d\n", a);  // RACE
  }
};

int main() {
  gosync::WaitGroup wg;
  {
    PrintAtEnd guard;
    wg.Go([] {
      a = 1;  // RACE
    });
  }
  wg.Wait();
}
