// Two mutexes order nothing between them.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include <mutex>
#include <thread>

#include "../unseen.h"

std::mutex one, other;
int data = 0;
Unseen unseen;

int main() {
  std::thread first([] {
    const std::lock_guard<std::mutex> hold(one);
    data = 1;
    unseen.Reach(1);
  });
  std::thread second([] {
    unseen.Await(1);
    const std::lock_guard<std::mutex> hold(other);
    data = 2;
  });
  first.join();
  second.join();
}
