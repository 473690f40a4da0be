// A Release is ordered before the Acquire that gets its permits, of several Releases as well.
#include "gosync/gosync.h"

int data[2] = {};

int main() {
  gosync::Semaphore semaphore(2);
  gosync::WaitGroup wg;
  for (int i = 0; i < 2; ++i) {
    wg.Go([&semaphore, i] {
      semaphore.Acquire(1);
      data[i] = 1;
      semaphore.Release(1);
    });
  }
  for (int i = 0; i < 2; ++i) {
    wg.Go([&semaphore] {
      semaphore.Acquire(2);
      for (int& d : data) d += semaphore.TryAcquire() ? 2 : 1;
      semaphore.Release(2);
    });
  }
  wg.Wait();
}
