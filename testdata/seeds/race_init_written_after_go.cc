// The twin of norace_init: main writes the variable again once the goroutine runs.
// hbsan: a race between that write and the goroutine's read.
#include <cstdio>
#include <string_view>

#include "gosync/gosync.h"

std::string_view a = [] { return std::string_view("hello"); }();

int main() {
  gosync::WaitGroup wg;
  wg.Go([] {
    std::puts(a.data());  // RACE
  });
  a = "goodbye";  // RACE
  wg.Wait();
}
