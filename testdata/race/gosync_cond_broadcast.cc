// Those whom one Broadcast woke are ordered by their lock alone.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Mutex locks[2];
  gosync::Cond<gosync::Mutex> conds[] = {gosync::Cond(locks[0]), gosync::Cond(locks[1])};
  bool ready[2] = {};
  for (int i = 0; i < 2; ++i) {
    gosync::Go([&, i] {
      locks[i].Lock();
      while (!ready[i]) conds[i].Wait();
      locks[i].Unlock();
      unseen.Await(i);
      data = i;
      unseen.Reach(i + 1);
    });
  }
  for (int i = 0; i < 2; ++i) {
    locks[i].Lock();
    ready[i] = true;
    locks[i].Unlock();
    conds[i].Broadcast();
  }
  unseen.Await(2);
}
