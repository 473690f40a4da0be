// A select has the edge of the case that ran.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Chan<int> a(1), b(0);
  gosync::Go([a] {
    data = 1;
    a.Send(1);
  });
  gosync::Select(gosync::OnRecv(a), gosync::OnRecv(b));
  data = 2;
}
