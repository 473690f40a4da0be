// Two who load the same snapshot read it, and whoever lets go of it last destroys it.
#include <string>

#include "../unseen.h"
#include "gosync/gosync.h"

Unseen unseen;

int main() {
  gosync::Value<std::string> value;
  gosync::Go([&value] {
    value.Store(std::string(100, 'a'));
    unseen.Reach(1);
  });
  unseen.Await(1);
  gosync::Go([&value] {
    const auto held = value.Load();
    unseen.Reach(2);
    unseen.Await(3);
    const bool whole = held->back() == 'a';
    unseen.Reach(whole ? 4 : 5);
  });
  unseen.Await(2);
  const auto held = value.Load();
  value.Store("b");
  unseen.Reach(3);
  unseen.Await(4);
  return held->size() == 100 ? 0 : 1;
}
