// Boost.Context's fibers (fcontext), with the switches told to the detector.
// FLAGS: -lboost_context
#include <sanitizer/tsan_interface.h>

#include <boost/context/fiber.hpp>
#include <thread>
#include <utility>

namespace context = boost::context;

int shared = 0;

int main() {
  void* thread = __tsan_get_current_fiber();
  void* detector = __tsan_create_fiber(0);
  context::fiber fiber([&](context::fiber&& caller) {
    for (int i = 0; i < 100; ++i) {
      ++shared;
      __tsan_switch_to_fiber(thread, 0);
      caller = std::move(caller).resume();
    }
    __tsan_switch_to_fiber(thread, 0);
    return std::move(caller);
  });
  for (int i = 0; i < 100; ++i) {
    __tsan_switch_to_fiber(detector, 0);
    fiber = std::move(fiber).resume();
    ++shared;
  }
  // The fiber goes on, and ends, in another thread.
  std::thread other([&] {
    thread = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(detector, 0);
    fiber = std::move(fiber).resume();
    ++shared;
  });
  other.join();
  __tsan_destroy_fiber(detector);
  return shared == 201 && !fiber ? 0 : 1;
}
