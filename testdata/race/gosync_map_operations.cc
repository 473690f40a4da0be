// A LoadOrStore that finds a value and a CompareAndSwap that finds another one store nothing: they
// order nothing that comes later.
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
    map.LoadOrStore(7, 2);
    map.CompareAndSwap(7, 5, 6);
    map.CompareAndDelete(7, 5);
    unseen.Reach(1);
  });
  unseen.Await(1);
  map.Load(7);
  data = 2;
}
