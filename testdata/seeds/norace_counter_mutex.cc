// The counter, put right: a Mutex.
// hbsan: nothing.
// OUTPUT: 1000
#include <cstdio>
#include <mutex>

#include "gosync/gosync.h"

int main() {
  gosync::Mutex mu;
  gosync::WaitGroup wg;
  int counter = 0;
  for (int i = 0; i < 1000; ++i) {
    wg.Go([&] {
      std::lock_guard hold(mu);
      ++counter;
    });
  }
  wg.Wait();
  std::printf("%d\n", counter);
}
