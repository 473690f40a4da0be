// Mistake 3, put right: both strings are Values, and the second is waited for.
// hbsan: nothing.
// OUTPUT: hello world
#include <cstdio>
#include <string>

#include "gosync/gosync.h"

gosync::Value<std::string> a, b;

int main() {
  gosync::WaitGroup wg;
  wg.Go([] {
    a.Store("hello");
    b.Store("world");
  });
  wg.Go([] {
    while (!b.Load()) gosync::Gosched();
    std::printf("%s %s\n", a.Load()->c_str(), b.Load()->c_str());
  });
  wg.Wait();
}
