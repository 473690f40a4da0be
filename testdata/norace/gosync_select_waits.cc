// A select that waits has the edges of the case that ends its wait: both, without a buffer.
#include "gosync/gosync.h"

int data = 0, other = 0;

int main() {
  gosync::Chan<int> a(0), b(0), done(0);
  gosync::Go([=] {
    other = 1;
    gosync::Select(gosync::OnRecv(a), gosync::OnSend(b, 1));
    data = 2;
    done.Send(1);
  });
  data = 1;
  b.Recv();
  other = 2;
  done.Recv();
  gosync::Go([=] {
    data = 3;
    gosync::Select(gosync::OnSend(a, 1), gosync::OnRecv(done));
  });
  gosync::Select(gosync::OnSend(b, 1), gosync::OnRecv(a));
  data = 4;
}
