// A lock that only one side takes orders nothing.
// hbsan: a race; it says which side held the mutex.
// EXPECT: held no mutex
#include <cstdio>

#include "gosync/gosync.h"

gosync::Mutex mu;
int a = 0;

int main() {
  gosync::WaitGroup wg;
  wg.Go([] {
    mu.Lock();
    a = 1;  // RACE
    mu.Unlock();
  });
  std::printf("%d\n", a);  // RACE
  wg.Wait();
}
