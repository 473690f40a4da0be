// The twin of norace_chain: the second goroutine passes the word on without having received it.
// hbsan: a race between the first goroutine's write and the last one's read.
#include <cstdio>

#include "gosync/gosync.h"

int main() {
  int a = 0;
  gosync::Chan<bool> first(1);
  gosync::Bool flag;
  gosync::WaitGroup wg;
  wg.Go([&] {
    a = 42;  // RACE
    first.Send(true);
  });
  wg.Go([&] { flag.Store(true); });
  wg.Go([&] {
    while (!flag.Load()) gosync::Gosched();
    std::printf("%d\n", a);  // RACE
  });
  wg.Wait();
}
