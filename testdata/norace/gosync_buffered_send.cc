// A send on a buffered channel is ordered before the completion of its receive.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Chan<int> c(3);
  gosync::Go([c] {
    data = 1;
    c.Send(1);
  });
  c.Recv();
  data = 2;
}
