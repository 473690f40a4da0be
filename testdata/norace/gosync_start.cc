// What is before Go is ordered before the goroutine.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  data = 1;
  gosync::Go([] {
    data = 2;
    unseen.Reach(1);
  });
  unseen.Await(1);
}
