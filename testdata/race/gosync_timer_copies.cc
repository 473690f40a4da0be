// Copies of a timer, and their end, order nothing.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Timer timer(std::chrono::hours(1));
  gosync::Go([&timer] {
    data = 1;
    const gosync::Timer copy = timer;
    unseen.Reach(1);
  });
  unseen.Await(1);
  const gosync::Timer copy = timer;
  data = 2;
}
