// What made a timer is ordered before what the timer runs and what it sends.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
[[maybe_unused]] int data_of_timer = 0;
Unseen unseen;

int main() {
  data = 1;
  gosync::AfterFunc(std::chrono::milliseconds(1), [] {
    data = 2;
    unseen.Reach(1);
  });
  unseen.Await(1);
  data_of_timer = 1;
  gosync::Timer timer(std::chrono::milliseconds(1));
  gosync::Go([c = timer.C] {
    c.Recv();
    data_of_timer = 2;
    unseen.Reach(2);
  });
  unseen.Await(2);
}
