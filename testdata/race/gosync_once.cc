// What the goroutine did that ran the function is ordered no further than the function's end.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Once once;
  gosync::Go([&once] {
    once.Do([] {});
    data = 1;
    unseen.Reach(1);
  });
  unseen.Await(1);
  once.Do([] {});
  data = 2;
}
