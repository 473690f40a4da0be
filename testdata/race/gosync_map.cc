// Operations on different keys are not ordered.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Map<int, int> map;
  map.Store(8, 1);
  gosync::Go([&map] {
    data = 1;
    map.Store(7, 1);
    unseen.Reach(1);
  });
  unseen.Await(1);
  map.Load(8);
  data = 2;
}
