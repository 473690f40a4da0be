// A reader that has the mutex again, by std's guards, while another one has it, too.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include <mutex>
#include <shared_mutex>

#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::RWMutex rw;
  gosync::Go([&rw] {
    {
      std::lock_guard lock(rw);
      data = 1;
    }
    unseen.Reach(1);
    unseen.Await(2);
    std::shared_lock lock(rw);
    data = 2;
    unseen.Reach(3);
  });
  unseen.Await(1);
  std::shared_lock lock(rw);
  unseen.Reach(2);
  unseen.Await(3);
  data = 3;
}
