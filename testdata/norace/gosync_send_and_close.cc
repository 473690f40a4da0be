// A send that is ordered before the close.
#include "../unseen.h"
#include "gosync/gosync.h"

[[maybe_unused]] Unseen unseen;

int main() {
  gosync::Chan<int> c(1), sent(0);
  gosync::Go([=] {
    c.Send(1);
    sent.Send(1);
  });
  sent.Recv();
  c.Close();
}
