// What each owner did with an object → its destruction by the last one.
#include <atomic>
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

    std::atomic<std::shared_ptr<Object>> atomic_slot;
    std::thread atomic_reader([&atomic_slot] {
      std::shared_ptr<Object> seen;
      while ((seen = atomic_slot.load()) == nullptr) std::this_thread::yield();
      Use(std::move(seen));
    });
    atomic_slot.store(std::make_shared<Object>());
    atomic_reader.join();
  }
}
