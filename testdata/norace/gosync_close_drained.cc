// Values that were buffered before the close are ordered by their own sends, and the end by the
// close.
#include "gosync/gosync.h"

int data = 0, other = 0;

int main() {
  gosync::Chan<int> c(2);
  gosync::Go([c] {
    data = 1;
    c.Send(1);
    other = 1;
    c.Close();
  });
  c.RecvOk();
  data = 2;
  c.RecvOk();
  other = 2;
}
