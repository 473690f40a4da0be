// A close happens before a receive that returns because the channel is closed.
// hbsan: nothing.
// OUTPUT: hello
#include <cstdio>

#include "gosync/gosync.h"

const char* a = "";

int main() {
  gosync::Chan<int> ch(0);
  gosync::Go([ch] {
    a = "hello";
    ch.Close();
  });
  ch.Recv();
  std::puts(a);
}
