// A goroutine that says it is done is ordered before who waits for that.
#include "gosync/gosync.h"

int data = 0;

int main() {
  gosync::WaitGroup wg;
  wg.Go([] { data = 1; });
  wg.Wait();
  data = 2;
}
