// A container that is no gosync::Map, used by two at once.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is heap block
#include <map>

#include "../unseen.h"
#include "gosync/gosync.h"

Unseen unseen;

int main() {
  std::map<int, int> map;
  map[1] = 1;
  gosync::Go([&map] {
    map[2] = 2;
    unseen.Reach(1);
  });
  unseen.Await(1);
  return static_cast<int>(map.count(2));
}
