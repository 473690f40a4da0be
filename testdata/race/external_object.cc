// Two threads use an object of a library that is not instrumented and tells of its uses.
// EXPECT: WARNING: hbsan: data race
// EXPECT: PushFront
// EXPECT: PushBack
// EXPECT: Location is global 'queue'
#include <sanitizer/tsan_interface.h>

#include <thread>

#include "../unseen.h"

struct Queue {
  int size;
} queue;
void* tag = __tsan_external_register_tag("Queue");
Unseen unseen;

// The library's function.
__attribute__((no_sanitize("thread"), noinline)) void Push(Queue& q, void* caller) {
  __tsan_external_write(&q, caller, tag);
}

__attribute__((noinline)) void PushFront() { Push(queue, nullptr); }
__attribute__((noinline)) void PushBack() { Push(queue, nullptr); }

int main() {
  std::thread first([] {
    PushFront();
    unseen.Reach(1);
  });
  std::thread second([] {
    unseen.Await(1);
    PushBack();
  });
  first.join();
  second.join();
}
