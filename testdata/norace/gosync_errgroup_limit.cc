// With a limit, the end of a function is ordered before the start that it makes room for.
#include "gosync/gosync.h"

int data = 0;

int main() {
  gosync::ErrGroup group;
  group.SetLimit(1);
  for (int i = 0; i < 4; ++i) {
    group.Go([i] { data = i; });
  }
  group.Wait();
}
