// What each owner did with an object → its destruction by the last one.
// (libstdc++ 12's std::atomic<std::shared_ptr>::load unlocks with a relaxed operation: a race by
// the standard, and reported.)
#include <memory>
#include <string>
#include <thread>

struct Object {
  std::string text = "a text that is longer than the small string buffer";
  ~Object() { text[0] = 'b'; }
};

void Use(std::shared_ptr<Object> object) {
  if (object->text[0] != 'a') __builtin_abort();
  std::weak_ptr<Object> weak = object;
  if (std::shared_ptr<Object> again = weak.lock()) {
    if (again->text.size() < 20) __builtin_abort();
  }
}

int main() {
  for (int i = 0; i < 100; ++i) {
    auto object = std::make_shared<Object>();
    std::thread first(Use, object);
    std::thread second(Use, object);
    object.reset();
    first.detach();
    second.detach();

    std::shared_ptr<Object> slot;
    std::thread reader([&slot] {
      std::shared_ptr<Object> seen;
      while ((seen = std::atomic_load(&slot)) == nullptr) std::this_thread::yield();
      Use(std::move(seen));
    });
    std::atomic_store(&slot, std::make_shared<Object>());
    reader.join();
  }
}
