// A CompareAndSwap that fails stores nothing: nobody observes it.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Int32 n(3);
  gosync::Go([&n] {
    data = 1;
    n.CompareAndSwap(1, 5);
    unseen.Reach(1);
  });
  unseen.Await(1);
  n.Add(1);
  data = 2;
}
