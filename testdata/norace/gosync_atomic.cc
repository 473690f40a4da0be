// An atomic operation is ordered before a later one that observes its effect.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
[[maybe_unused]] Unseen unseen;

int main() {
  gosync::Int64 flag;
  gosync::Go([&flag] {
    data = 1;
    flag.Store(1);
  });
  while (flag.Load() == 0) gosync::Gosched();
  data = 2;
}
