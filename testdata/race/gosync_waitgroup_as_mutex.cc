// Waits and Dones of two goroutines do not exclude them from each other.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::WaitGroup wg;
  for (int i = 0; i < 2; ++i) {
    gosync::Go([&wg, i] {
      unseen.Await(i);
      wg.Wait();
      unseen.Reach(i + 1);
      unseen.Await(i + 2);
      wg.Add(1);
      data = i;
      wg.Done();
      unseen.Reach(i + 3);
    });
  }
  unseen.Await(4);
}
