// Every Done is ordered before the return of the Wait that they let go.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
[[maybe_unused]] Unseen unseen;

int main() {
  gosync::WaitGroup wg;
  int parts[4] = {};
  for (int& part : parts) wg.Go([&part] { part = 1; });
  wg.Wait();
  for (const int part : parts) data += part;
}
