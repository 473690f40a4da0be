// Without a buffer, send and receive meet: what is before either is ordered before what is after
// the other.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Chan<int> c(0);
  gosync::Go([c] {
    data = 1;
    c.Recv();
  });
  c.Send(1);
  data = 2;
}
