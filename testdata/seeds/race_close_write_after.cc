// The twin of norace_close: what is written after the close is not ordered by it.
// hbsan: a race between the write and the read.
#include <cstdio>

#include "gosync/gosync.h"

const char* a = "";

int main() {
  gosync::WaitGroup wg;
  gosync::Chan<int> ch(0);
  wg.Go([ch] {
    ch.Close();
    a = "hello";  // RACE
  });
  ch.Recv();
  std::puts(a);  // RACE
  wg.Wait();
}
