// Calls of OnceFunc that did not run the function are not ordered with each other.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  const auto f = gosync::OnceFunc([] {});
  f();
  gosync::Go([&f] {
    data = 1;
    f();
    unseen.Reach(1);
  });
  unseen.Await(1);
  f();
  data = 2;
}
