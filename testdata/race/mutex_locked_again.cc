// Who had the mutex in between knows what its owner did before, and not what it does later.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include <mutex>
#include <thread>

#include "../unseen.h"

std::mutex mutex;
int data = 0;
Unseen unseen;

int main() {
  std::thread other([] {
    unseen.Await(1);
    mutex.lock();
    mutex.unlock();
    unseen.Reach(2);
    unseen.Await(3);
    data = 3;
  });
  for (int i = 0; i < 2; ++i) {
    mutex.lock();
    data = i;
    mutex.unlock();
    unseen.Reach(2 * i + 1);
    unseen.Await(2);
  }
  other.join();
}
