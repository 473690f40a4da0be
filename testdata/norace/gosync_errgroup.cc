// The end of each function is ordered before the return of Wait, and a failure before that too.
#include "gosync/gosync.h"

int data = 0, other = 0;

int main() {
  gosync::ErrGroup group(gosync::Background());
  group.Go([] { data = 1; });
  group.Go([] {
    other = 1;
    throw 1;
  });
  try {
    group.Wait();
  } catch (int) {
  }
  data = 2;
  other = 2;
}
