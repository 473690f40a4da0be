// A reference count whose last owner does not acquire: nothing orders the others' uses before
// the deletion.
// EXPECT: Previous atomic write of size 4
// EXPECT: heap block of size 8
#include <atomic>
#include <thread>

#include "../unseen.h"

struct Object {
  std::atomic<int> references{2};
  int value = 0;
};

Unseen unseen;

void Release(Object* object) {
  if (object->references.fetch_sub(1, std::memory_order_relaxed) == 1) delete object;
}

int main() {
  auto* object = new Object;
  std::thread first([object] {
    object->value = 1;
    Release(object);
    unseen.Reach(1);
  });
  std::thread second([object] {
    unseen.Await(1);
    Release(object);
  });
  first.join();
  second.join();
}
