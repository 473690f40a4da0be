// A Put is not ordered before the Get of another object.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Pool<int> pool([] { return 0; });
  gosync::Go([&pool] {
    data = 1;
    pool.Put(1);
    unseen.Reach(1);
  });
  unseen.Await(1);
  pool.Put(2);
  if (pool.Get() == 2) data = 2;  // the last that was put here
}
