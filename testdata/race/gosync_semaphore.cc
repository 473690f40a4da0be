// A Release is not ordered before an Acquire that gets other permits.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Semaphore semaphore(2);
  gosync::Go([&semaphore] {
    semaphore.Acquire();
    data = 1;
    semaphore.Release();
    unseen.Reach(1);
  });
  unseen.Await(1);
  semaphore.Acquire();
  data = 2;
  semaphore.Release();
}
