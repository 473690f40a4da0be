// What came before a Reset is ordered before what the timer then does.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen reset, rung;

int main() {
  gosync::Timer timer = gosync::AfterFunc(std::chrono::hours(1), [] {
    data = 2;
    rung.Reach(1);
  });
  gosync::Go([&timer] {
    data = 1;
    timer.Reset(std::chrono::milliseconds(1));
    reset.Reach(1);
  });
  rung.Await(1);
  reset.Await(1);
}
