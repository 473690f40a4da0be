// Two who load the same snapshot and let go of it again are not ordered by that.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Value<int> value(1);
  gosync::Go([&value] {
    data = 1;
    value.Load();
    unseen.Reach(1);
  });
  unseen.Await(1);
  value.Load();
  data = 2;
}
