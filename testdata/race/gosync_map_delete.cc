// A Delete of another key, and a Delete that finds nothing, order nothing.
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
    map.Delete(7);
    map.Delete(8);
    unseen.Reach(1);
  });
  unseen.Await(1);
  map.Load(8);
  data = 2;
}
