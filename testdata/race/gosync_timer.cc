// What follows the start of a timer is not ordered with what the timer runs.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
[[maybe_unused]] int data_of_timer = 0;
Unseen unseen;

int main() {
  gosync::AfterFunc(std::chrono::milliseconds(1), [] {
    data = 2;
    unseen.Reach(1);
  });
  unseen.Await(1);
  data = 1;
}
