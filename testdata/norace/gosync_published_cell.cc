// What went into a snapshot is ordered before every Load that returns it.
#include "gosync/gosync.h"

int data = 0;

int main() {
  gosync::PublishedCell<int*> cell;
  gosync::Go([&cell] {
    data = 1;
    cell.Store(&data);
  });
  for (;;) {
    const auto snapshot = cell.Load();
    if (snapshot) return **snapshot - 1;
    gosync::Gosched();
  }
}
