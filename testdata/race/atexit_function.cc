// A function registered with atexit runs in the program order of the thread that exits.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include <cstdlib>
#include <thread>

#include "../unseen.h"

int data = 0;
Unseen unseen;

int main() {
  std::thread thread([] {
    data = 1;
    atexit([] { data = 2; });
    unseen.Reach(1);
  });
  unseen.Await(1);
  thread.detach();
}
