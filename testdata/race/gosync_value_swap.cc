// A Store does not observe the Store before it: who loads the later one learns nothing of the
// earlier.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Value<int> value;
  gosync::Go([&value] {
    data = 1;
    value.Store(1);
    unseen.Reach(1);
  });
  gosync::Go([&value] {
    unseen.Await(1);
    value.Store(2);
    unseen.Reach(2);
  });
  unseen.Await(2);
  value.Load();
  data = 2;
}
