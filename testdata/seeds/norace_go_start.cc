// Everything before Go(f) happens before f's first statement.
// hbsan: nothing.
// OUTPUT: hello
#include <cstdio>

#include "gosync/gosync.h"

const char* a = "";

int main() {
  gosync::WaitGroup wg;
  a = "hello";
  wg.Go([] { std::puts(a); });
  wg.Wait();
}
