// An object that is used after it was Put, when another has got it.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Pool<int*> pool;
  gosync::Go([&pool] {
    pool.Put(&data);
    data = 1;
    unseen.Reach(1);
  });
  unseen.Await(1);
  *pool.Get() = 2;
}
