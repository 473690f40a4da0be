// What is after Go is not ordered with the goroutine.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Go([] {
    data = 2;
    unseen.Reach(1);
  });
  unseen.Await(1);
  data = 1;
}
