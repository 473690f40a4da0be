// What the function did is ordered before the return of every Do.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Once once;
  gosync::Go([&once] {
    once.Do([] { data = 1; });
    unseen.Reach(1);
  });
  unseen.Await(1);
  once.Do([] { data = 3; });
  data = 2;
}
