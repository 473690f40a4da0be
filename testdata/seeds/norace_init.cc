// Static initialisation happens before main, and so before every goroutine that main starts.
// hbsan: nothing.
// OUTPUT: hello
#include <cstdio>
#include <string>

#include "gosync/gosync.h"

std::string a = [] { return std::string("hello"); }();

int main() {
  gosync::WaitGroup wg;
  wg.Go([] { std::puts(a.c_str()); });
  wg.Wait();
}
