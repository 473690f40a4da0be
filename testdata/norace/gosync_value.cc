// A Store is ordered before the Load that returns its value.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
[[maybe_unused]] Unseen unseen;

int main() {
  gosync::Value<int> value;
  gosync::Go([&value] {
    data = 1;
    value.Store(1);
  });
  while (value.Load() == nullptr) gosync::Gosched();
  data = 2;
}
