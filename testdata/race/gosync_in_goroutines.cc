// Both sides are goroutines, and the report says where each was started.
// EXPECT: WARNING: hbsan: data race
// EXPECT: by goroutine
// EXPECT: (running) created by main thread at:
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  for (int i = 0; i < 2; ++i) {
    gosync::Go([i] {
      unseen.Await(i);
      data = i;
      unseen.Reach(i + 1);
    });
  }
  unseen.Await(2);
}
