// Two goroutines may ask for a channel's length and capacity, and try in vain, at any time.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
[[maybe_unused]] Unseen unseen;

int main() {
  gosync::Chan<int> c(1);
  c.Send(1);
  gosync::Go([c] {
    for (int i = 0; i < 100; ++i) c.TrySend(2);
    unseen.Reach(1);
  });
  for (int i = 0; i < 100; ++i) (void)(c.Len() + c.Cap());
  unseen.Await(1);
}
