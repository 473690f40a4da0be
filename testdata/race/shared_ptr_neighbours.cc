// Atomic operations on one shared_ptr order nothing with those on another, though the library
// guards them by few mutexes. EXPECT: WARNING: hbsan: data race EXPECT: Location is global 'data'
#include <memory>
#include <thread>

#include "../unseen.h"

std::shared_ptr<int> slots[64];
int data = 0;
Unseen unseen;

int main() {
  std::thread first([] {
    data = 1;
    for (int i = 0; i < 63; ++i) std::atomic_store(&slots[i], std::make_shared<int>(i));
    unseen.Reach(1);
  });
  std::thread second([] {
    unseen.Await(1);
    std::atomic_load(&slots[63]);
    data = 2;
  });
  first.join();
  second.join();
}
