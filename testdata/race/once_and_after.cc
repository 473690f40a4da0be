// A once flag orders its function, not what the thread that ran it did after it.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include <mutex>
#include <thread>

#include "../unseen.h"

std::once_flag flag;
int data = 0;
Unseen unseen;

int main() {
  std::thread first([] {
    std::call_once(flag, [] {});
    data = 1;
    unseen.Reach(1);
  });
  std::thread second([] {
    unseen.Await(1);
    std::call_once(flag, [] {});
    data = 2;
  });
  first.join();
  second.join();
}
