// Whoever finds nothing is ordered after the Delete.
#include "gosync/gosync.h"

int data = 0;

int main() {
  gosync::Map<int, int> map;
  map.Store(7, 1);
  gosync::Go([&map] {
    data = 1;
    map.Delete(7);
  });
  while (map.Load(7)) gosync::Gosched();
  data = 2;
}
