// The twin of norace_select: the other channel's case ran, so the send on `work` orders nothing.
// hbsan: a race between what came before that send and the read.
#include <cstdio>

#include "gosync/gosync.h"

const char* a = "";

int main() {
  gosync::WaitGroup wg;
  gosync::Chan<int> work(1), quit(1), nobody;
  wg.Go([work] {
    a = "hello";  // RACE
    work.Send(1);
  });
  quit.Send(1);
  gosync::Select(gosync::OnRecv(nobody), gosync::OnRecv(quit, [](int) {
                   std::puts(a);  // RACE
                 }));
  wg.Wait();
}
