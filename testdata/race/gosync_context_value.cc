// A context orders nothing between those who use it, copy it and let go of it.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

const gosync::ContextKey<int> key;

int main() {
  auto [ctx, cancel] = gosync::WithCancel(gosync::WithValue(gosync::Background(), key, 1));
  gosync::Go([ctx = ctx] {
    data = 1;
    const gosync::Context copy = ctx;
    copy.Value(key);
    copy.Done().TryRecv();
    unseen.Reach(1);
  });
  unseen.Await(1);
  {
    const gosync::Context copy = ctx;
    copy.Value(key);
    copy.Done().TryRecv();
  }
  data = 2;
}
