// What OnceValue's function did is ordered before the return of every call.
#include <string>

#include "gosync/gosync.h"

int data = 0;

int main() {
  const auto value = gosync::OnceValue([] {
    data = 1;
    return std::string(100, 'v');
  });
  gosync::WaitGroup wg;
  for (int i = 0; i < 4; ++i) {
    wg.Go([&value] {
      if (value().size() != 100 || data != 1) __builtin_trap();
    });
  }
  wg.Wait();
}
