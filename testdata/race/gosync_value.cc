// A Load is not ordered before another Load.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
[[maybe_unused]] Unseen unseen;

int main() {
  gosync::Value<int> value(1);
  gosync::Go([&value] {
    data = 1;
    const auto kept = value.Load();
    unseen.Reach(1);
    unseen.Await(2);
  });
  unseen.Await(1);
  const auto kept = value.Load();
  data = 2;
  unseen.Reach(2);
}
