// What a goroutine does with the mutex held is not ordered before another one's Unlock, even if it
// did the same before an Unlock of its own.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Mutex mu;
  gosync::Go([&mu] {
    for (int i = 0; i < 2; ++i) {
      mu.Lock();
      data = i;
      if (i == 0) mu.Unlock();
    }
    unseen.Reach(1);
  });
  unseen.Await(1);
  mu.Unlock();
  mu.Lock();
  data = 2;
  mu.Unlock();
}
