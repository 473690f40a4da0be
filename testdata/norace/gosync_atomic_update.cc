// A CompareAndSwap that succeeds and an Add observe the operations before them.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Int32 n;
  gosync::Go([&n] {
    data = 1;
    n.Add(1);
  });
  gosync::Go([&n] {
    while (!n.CompareAndSwap(1, 5)) gosync::Gosched();
    unseen.Reach(1);
  });
  while (n.Load() != 5) gosync::Gosched();
  data = 2;
  unseen.Await(1);
}
