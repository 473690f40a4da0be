// A snapshot that is changed after it was published.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::PublishedCell<int*> cell;
  gosync::Go([&cell] {
    cell.Store(&data);
    data = 1;
    unseen.Reach(1);
  });
  unseen.Await(1);
  return **cell.Load() - 1;
}
