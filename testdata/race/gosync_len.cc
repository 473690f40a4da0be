// The length of a channel, and a try that fails, order nothing.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
[[maybe_unused]] Unseen unseen;

int main() {
  gosync::Chan<int> c(1);
  gosync::Go([c] {
    data = 1;
    c.Send(1);
  });
  while (c.Len() == 0 || c.TrySend(2)) gosync::Gosched();
  data = 2;
}
