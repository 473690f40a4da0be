// Go's panic and recover are throw and catch here: they order nothing between goroutines.
// hbsan: a race between what was written before the throw and main's read.
#include <cstdio>
#include <stdexcept>

#include "gosync/gosync.h"

int a = 0;

int main() {
  gosync::WaitGroup wg;
  wg.Go([] {
    try {
      a = 1;  // RACE
      throw std::runtime_error("recovered");
    } catch (const std::runtime_error& e) {
      std::puts(e.what());
    }
  });
  std::printf("%d\n", a);  // RACE
  wg.Wait();
}
