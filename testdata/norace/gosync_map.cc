// A Store is ordered before the Load that returns its value.
#include "gosync/gosync.h"

int data = 0;

int main() {
  gosync::Map<int, int> map;
  gosync::Go([&map] {
    data = 1;
    map.Store(7, 1);
  });
  while (!map.Load(7)) gosync::Gosched();
  data = 2;
}
