// Values that go through one slot pass on what their own sender knew.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
[[maybe_unused]] Unseen unseen;

int main() {
  gosync::Chan<int> c(1);
  for (int i = 0; i < 3; ++i) {
    gosync::Go([c] {
      data = 1;
      c.Send(1);
    });
    c.Recv();
  }
  data = 2;
}
