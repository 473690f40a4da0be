// A second close that is ordered after the first throws, and races with nothing.
#include "gosync/gosync.h"

int main() {
  gosync::Chan<int> c(0);
  gosync::Go([c] { c.Close(); });
  c.RecvOk();
  try {
    c.Close();
  } catch (const gosync::Panic&) {
    return 0;
  }
  return 1;
}
