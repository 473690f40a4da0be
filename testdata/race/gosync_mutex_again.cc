// A goroutine's critical sections are like one as long as no other comes between. Another one came,
// so what the first writes after its last section is not ordered before that, though the same
// write in the section was.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
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
    unseen.Await(2);
    for (int i = 0; i < 3; ++i) data = i;
    unseen.Reach(3);
  });
  unseen.Await(1);
  mu.Lock();
  mu.Unlock();
  unseen.Reach(2);
  unseen.Await(3);
  data = 4;
}
