// Neither Sleep nor Gosched orders anything.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Go([] {
    data = 1;
    unseen.Reach(1);
  });
  gosync::Sleep(std::chrono::milliseconds(1));
  gosync::Gosched();
  unseen.Await(1);
  data = 2;
}
