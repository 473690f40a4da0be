// The snapshot, put right: a change publishes a new one, and readers keep the one they loaded.
// hbsan: nothing.
// OUTPUT: whole
#include <cstdio>

#include "gosync/gosync.h"

struct Limits {
  int low, high;
};

int main() {
  gosync::Value<Limits> current(Limits{0, 10});
  gosync::WaitGroup wg;
  gosync::Bool torn;
  wg.Go([&] {
    for (int i = 1; i <= 100; ++i) current.Store(Limits{i, i + 10});
  });
  for (int reader = 0; reader < 3; ++reader) {
    wg.Go([&] {
      for (int i = 0; i < 100; ++i) {
        const auto seen = current.Load();
        if (seen->high - seen->low != 10) torn.Store(true);
      }
    });
  }
  wg.Wait();
  std::puts(torn.Load() ? "torn" : "whole");
}
