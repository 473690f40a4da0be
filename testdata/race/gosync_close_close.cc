// Two who close a channel race, whichever of them comes too late.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Close of channel
// EXPECT: Previous close of channel
#include "../unseen.h"
#include "gosync/gosync.h"

Unseen unseen;

void CloseOnce(const gosync::Chan<int>& c) {
  try {
    c.Close();
  } catch (const gosync::Panic&) {
  }
}

int main() {
  gosync::Chan<int> c(0);
  gosync::Go([c] {
    CloseOnce(c);
    unseen.Reach(1);
  });
  unseen.Await(1);
  CloseOnce(c);
}
