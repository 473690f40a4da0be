// Copies of a channel are one channel; each goroutine has its own variable.
#include "../unseen.h"
#include "gosync/gosync.h"

[[maybe_unused]] Unseen unseen;
gosync::Chan<int> channel(1);

int main() {
  gosync::Chan<int> a(1);
  gosync::Go([a] { a.Send(1); });
  a.Recv();
  a = gosync::Chan<int>(2);
}
