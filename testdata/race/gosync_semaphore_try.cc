// A TryAcquire that fails orders nothing.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Semaphore semaphore(3);
  semaphore.Acquire(3);
  gosync::Go([&semaphore] {
    data = 1;
    semaphore.Release(1);
    unseen.Reach(1);
  });
  unseen.Await(1);
  semaphore.TryAcquire(2);
  data = 2;
}
