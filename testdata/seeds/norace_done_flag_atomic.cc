// Mistake 1, put right: the flag is a Bool.
// hbsan: nothing.
// OUTPUT: hello
#include <cstdio>
#include <string_view>

#include "gosync/gosync.h"

gosync::Bool done;
std::string_view result;

int main() {
  gosync::Go([] {
    result = "hello";
    done.Store(true);
  });
  while (!done.Load()) gosync::Gosched();
  std::puts(result.data());
}
