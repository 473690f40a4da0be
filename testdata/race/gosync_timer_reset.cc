// What follows a Reset is not ordered with what the timer then does.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Ticker ticker(std::chrono::hours(1));
  gosync::Go([c = ticker.C] {
    c.Recv();
    data = 1;
    unseen.Reach(1);
  });
  ticker.Reset(std::chrono::milliseconds(1));
  unseen.Await(1);
  data = 2;
}
