// The order of one WaitGroup and of another add up.
#include "gosync/gosync.h"

int data = 0;

int main() {
  gosync::WaitGroup x, y;
  x.Add(1);
  y.Add(1);
  gosync::Go([&x] {
    data = 1;
    x.Done();
  });
  gosync::Go([&x, &y] {
    x.Wait();
    y.Done();
  });
  y.Wait();
  data = 2;
}
