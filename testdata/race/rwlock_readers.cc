// A reader's unlock orders no other reader.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include <shared_mutex>
#include <thread>

#include "../unseen.h"

std::shared_mutex mutex;
int data = 0;
Unseen unseen;

int main() {
  std::thread first([] {
    mutex.lock_shared();
    data = 1;
    mutex.unlock_shared();
    unseen.Reach(1);
  });
  std::thread second([] {
    unseen.Await(1);
    mutex.lock_shared();
    data = 2;
    mutex.unlock_shared();
  });
  first.join();
  second.join();
}
