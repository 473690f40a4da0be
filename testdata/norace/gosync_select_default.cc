// A Default orders nothing, but what its goroutine knew before it still knows.
#include "gosync/gosync.h"

int data = 0;

int main() {
  gosync::Chan<int> c(1);
  gosync::Go([c] {
    data = 1;
    c.Send(1);
  });
  bool received = false;
  while (!received) {
    gosync::Select(gosync::OnRecv(c, [&](int) { received = true; }),
                   gosync::Default([] { gosync::Gosched(); }));
  }
  data = 2;
}
