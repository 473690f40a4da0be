// Loads of one key are not ordered, nor a Store after the Store that it replaces.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Map<int, int> map;
  map.Store(7, 1);
  gosync::Go([&map] {
    data = 1;
    map.Load(7);
    map.Store(7, 2);
    unseen.Reach(1);
  });
  unseen.Await(1);
  map.Store(7, 3);
  map.Load(7);
  data = 2;
}
