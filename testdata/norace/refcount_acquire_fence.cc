// An intrusive reference count: relaxed increments, release decrements, and an acquire fence before
// the last owner deletes.
#include <atomic>
#include <thread>
#include <vector>

struct Object {
  std::atomic<int> references{1};
  int slots[8] = {};
};

void Retain(Object* object) { object->references.fetch_add(1, std::memory_order_relaxed); }

void Release(Object* object) {
  if (object->references.fetch_sub(1, std::memory_order_release) == 1) {
    std::atomic_thread_fence(std::memory_order_acquire);
    delete object;
  }
}

int main() {
  for (int round = 0; round < 200; ++round) {
    auto* object = new Object;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      Retain(object);
      threads.emplace_back([object, i] {
        object->slots[i] = i;
        Release(object);
      });
    }
    Release(object);
    for (std::thread& thread : threads) thread.join();
  }
}
