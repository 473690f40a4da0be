// A singleton behind a OnceValue: the first caller makes it, the others wait and see all of it.
// hbsan: nothing.
// OUTPUT: made 1, used 8
#include <cstdio>
#include <string>

#include "gosync/gosync.h"

struct Resource {
  std::string name;
};

int made = 0;

int main() {
  const auto get = gosync::OnceValue([] {
    ++made;
    return Resource{"expensive"};
  });
  gosync::WaitGroup wg;
  gosync::Int32 used;
  for (int i = 0; i < 8; ++i) {
    wg.Go([&] { used.Add(get().name == "expensive" ? 1 : 0); });
  }
  wg.Wait();
  std::printf("made %d, used %d\n", made, used.Load());
}
