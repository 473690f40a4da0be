// A limit that nobody has to wait for orders nothing.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::ErrGroup group;
  group.SetLimit(2);
  for (int i = 0; i < 2; ++i) {
    group.Go([i] {
      unseen.Await(i);
      data = i;
      unseen.Reach(i + 1);
    });
  }
  group.Wait();
}
