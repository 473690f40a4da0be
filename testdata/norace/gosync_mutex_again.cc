// The last of a goroutine's critical sections is ordered before a later Lock, and so are those
// before it.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Mutex mu;
  gosync::Go([&mu] {
    for (int i = 0; i < 3; ++i) {
      mu.Lock();
      data = i;
      mu.Unlock();
    }
    unseen.Reach(1);
  });
  unseen.Await(1);
  mu.Lock();
  mu.Unlock();
  data = 4;
}
