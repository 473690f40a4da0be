// Many who read under RLock what others write under Lock.
#include "gosync/gosync.h"

int data = 0;

int main() {
  gosync::RWMutex mu;
  gosync::WaitGroup wg;
  for (int i = 0; i < 8; ++i) {
    wg.Go([&mu, i] {
      if (i % 4 == 0) {
        mu.Lock();
        ++data;
        mu.Unlock();
      } else {
        mu.RLock();
        if (data > 2) __builtin_trap();
        mu.RUnlock();
      }
    });
  }
  wg.Wait();
}
