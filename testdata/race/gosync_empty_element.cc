// Elements without contents have a slot each: the second receive is not ordered by the first send.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

struct Token {};
int data = 0;
[[maybe_unused]] Unseen unseen;

int main() {
  gosync::Chan<Token> c(2);
  gosync::Go([c] {
    data = 1;
    c.Send({});
    unseen.Reach(1);
  });
  gosync::Go([c] {
    unseen.Await(1);
    c.Send({});
    unseen.Reach(2);
  });
  gosync::Go([c] {
    unseen.Await(2);
    c.Recv();
    unseen.Reach(3);
  });
  unseen.Await(3);
  c.Recv();
  data = 2;
}
