// The twin of norace_waitgroup: what a goroutine does after Done is not ordered before Wait.
// hbsan: a race between that write and the read after Wait.
#include <cstdio>

#include "gosync/gosync.h"

gosync::WaitGroup wg;
const char* a = "";

int main() {
  gosync::Chan<bool> finished(0);
  wg.Add(1);
  gosync::Go([finished] {
    wg.Done();
    a = "hello";  // RACE
    finished.Close();
  });
  wg.Wait();
  std::puts(a);  // RACE
  finished.Recv();
}
