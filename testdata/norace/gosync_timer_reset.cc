// What came before a Reset is ordered before what the timer then does.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Timer timer = gosync::AfterFunc(std::chrono::hours(1), [] {
    data = 2;
    unseen.Reach(2);
  });
  gosync::Go([&timer] {
    data = 1;
    timer.Reset(std::chrono::milliseconds(1));
    unseen.Reach(1);
  });
  unseen.Await(2);
  unseen.Await(1);
}
