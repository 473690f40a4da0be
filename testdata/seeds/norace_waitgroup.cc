// Done happens before the return of the Wait that it lets go.
// hbsan: nothing.
// OUTPUT: hello
#include <cstdio>

#include "gosync/gosync.h"

gosync::WaitGroup wg;
const char* a = "";

int main() {
  wg.Add(1);
  gosync::Go([] {
    a = "hello";
    wg.Done();
  });
  wg.Wait();
  std::puts(a);
}
