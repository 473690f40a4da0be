// Add belongs before Go. Inside the goroutine it may come after Wait has looked: here it does.
// hbsan: a race between the goroutine's write and the read after Wait.
#include <cstdio>

#include "../unseen.h"
#include "gosync/gosync.h"

gosync::WaitGroup wg;
const char* a = "";
Unseen unseen;

int main() {
  gosync::Chan<bool> finished(0);
  gosync::Go([finished] {
    unseen.Await(1);
    wg.Add(1);
    a = "hello";  // RACE
    wg.Done();
    finished.Close();
  });
  wg.Wait();
  std::puts(a);  // RACE
  unseen.Reach(1);
  finished.Recv();
}
