// A goroutine that has its mutex again first, by std's guards, and one that has it afterwards.
#include <mutex>
#include <shared_mutex>

#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
int reads = 0;
Unseen unseen;

int main() {
  gosync::Mutex mu;
  gosync::RWMutex rw;
  const auto use = [&] {
    for (int i = 0; i < 3; ++i) {
      std::lock_guard lock(mu);
      ++data;
    }
    for (int i = 0; i < 3; ++i) {
      {
        std::lock_guard lock(rw);
        ++reads;
      }
      std::shared_lock first(rw);
      if (reads < 0) return;
      first.unlock();
      std::shared_lock second(rw);
      if (reads < 0) return;
    }
  };
  gosync::Go([&] {
    use();
    unseen.Reach(1);
  });
  unseen.Await(1);
  use();
  return data == 6 && reads == 6 ? 0 : 1;
}
