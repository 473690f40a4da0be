// A close is ordered before a receive that returns because of it.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Chan<int> c(1);
  gosync::Go([c] {
    data = 1;
    c.Close();
  });
  c.RecvOk();
  data = 2;
}
