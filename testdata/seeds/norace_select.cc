// A select has the edge of the case that ran.
// hbsan: nothing.
// OUTPUT: hello
#include <cstdio>

#include "gosync/gosync.h"

const char* a = "";

int main() {
  gosync::Chan<int> work(0), quit(0);
  gosync::Go([work] {
    a = "hello";
    work.Send(1);
  });
  gosync::Select(gosync::OnRecv(work, [](int) { std::puts(a); }), gosync::OnRecv(quit));
}
