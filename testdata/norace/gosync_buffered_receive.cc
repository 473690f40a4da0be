// The kth receive is ordered before the completion of the (k+C)th send.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Chan<int> c(1);
  c.Send(1);
  gosync::Go([c] {
    data = 1;
    c.Recv();
  });
  c.Send(2);
  data = 2;
}
