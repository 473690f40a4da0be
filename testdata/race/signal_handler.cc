// A signal handler's accesses are its thread's.
// EXPECT: WARNING: hbsan: data race
// EXPECT: OnSignal
// EXPECT: Location is global 'data'
#include <csignal>
#include <thread>

#include "../unseen.h"

int data = 0;
Unseen unseen;

void OnSignal(int) { data = 1; }

int main() {
  signal(SIGUSR1, OnSignal);
  std::thread thread([] {
    raise(SIGUSR1);
    unseen.Reach(1);
  });
  unseen.Await(1);
  data = 2;
  thread.join();
}
