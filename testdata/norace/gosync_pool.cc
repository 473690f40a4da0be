// A Put is ordered before the Get that returns its object.
#include <memory>

#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Pool<std::unique_ptr<int>> pool;
  gosync::Go([&pool] {
    auto mine = std::make_unique<int>(1);
    data = 1;
    pool.Put(std::move(mine));
    unseen.Reach(1);
  });
  unseen.Await(1);
  auto mine = pool.Get();
  ++*mine;
  data = *mine;
}
