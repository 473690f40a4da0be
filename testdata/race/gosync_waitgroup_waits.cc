// Two who wait are not ordered with each other.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::WaitGroup wg;
  wg.Add(1);
  for (int i = 0; i < 2; ++i) {
    gosync::Go([&wg, i] {
      wg.Wait();
      unseen.Await(i);
      data = i;
      unseen.Reach(i + 1);
    });
  }
  wg.Done();
  unseen.Await(2);
}
