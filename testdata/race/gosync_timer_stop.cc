// A Stop orders nothing, whether it came too late or not.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Timer timer = gosync::AfterFunc(std::chrono::milliseconds(1), [] {
    data = 1;
    unseen.Reach(1);
  });
  unseen.Await(1);
  timer.Stop();
  data = 2;
}
