// A Load is not ordered before a later Store.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
[[maybe_unused]] Unseen unseen;

int main() {
  gosync::Int64 flag;
  gosync::Go([&flag] {
    data = 1;
    (void)flag.Load();
    unseen.Reach(1);
  });
  unseen.Await(1);
  flag.Store(1);
  data = 2;
}
