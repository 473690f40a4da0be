// A channel with room for two lets two in.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Chan<int> semaphore(2);
  for (int i = 0; i < 2; ++i) {
    gosync::Go([semaphore, i] {
      unseen.Await(i);
      semaphore.Send(1);
      data = i;
      semaphore.Recv();
      unseen.Reach(i + 1);
    });
  }
  unseen.Await(2);
}
