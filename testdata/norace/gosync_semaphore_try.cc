// A TryAcquire that succeeds is ordered after the Release of its permits.
#include "gosync/gosync.h"

int data = 0;

int main() {
  gosync::Semaphore semaphore(3);
  semaphore.Acquire(2);
  gosync::Go([&semaphore] {
    data = 1;
    semaphore.Release(2);
  });
  while (!semaphore.TryAcquire(2)) gosync::Gosched();
  data = 2;
}
