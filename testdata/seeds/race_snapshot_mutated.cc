// A snapshot is published, and then changed in place: readers see it half changed.
// hbsan: a race between the change and a reader's read.
// EXPECT: Location is heap block
#include <cstdio>
#include <memory>

#include "gosync/gosync.h"

struct Limits {
  int low, high;
};

gosync::Pointer<Limits> current;

int main() {
  auto limits = std::make_unique<Limits>(Limits{1, 10});
  gosync::WaitGroup wg;
  current.Store(limits.get());
  wg.Go([] {
    const Limits* seen = current.Load();
    std::printf("%d\n", seen->high - seen->low);  // RACE
  });
  limits->high = 20;  // RACE
  wg.Wait();
}
