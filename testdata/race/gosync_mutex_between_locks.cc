// What a goroutine does after an Unlock is not ordered before another one's Lock, even if it has
// the mutex again meanwhile, and nobody else had it.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'between'
// EXPECT: 1 data race reported
#include "../unseen.h"
#include "gosync/gosync.h"

int guarded = 0;
int between = 0;
Unseen unseen;

int main() {
  gosync::Mutex mu;
  gosync::Go([&mu] {
    for (int i = 0; i < 3; ++i) {
      mu.Lock();
      ++guarded;
      mu.Unlock();
      if (i != 1) ++between;
    }
    unseen.Reach(1);
  });
  unseen.Await(1);
  mu.Lock();
  const int sum = ++guarded;
  mu.Unlock();
  return sum + between == 0 ? 1 : 0;
}
