// sync_objects COUNT: as many atomics and as many mutexes, each used by two threads.
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/scale/memory_use.h"

namespace {

struct Guarded {
  std::mutex mutex;
  int value = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10'000;
  std::vector<std::atomic<int>> atomics(count);
  std::vector<Guarded> mutexes(count);
  hbsan::scale::PrintMemoryUse("start");
  const auto use = [&](int amount) {
    for (std::size_t i = 0; i < count; ++i) {
      if (atomics[i].load(std::memory_order_acquire) >= 0) {
        atomics[i].store(amount, std::memory_order_release);
      }
      const std::lock_guard lock(mutexes[i].mutex);
      mutexes[i].value += amount;
    }
  };
  std::thread other(use, 1);
  use(2);
  other.join();
  hbsan::scale::PrintMemoryUse("used");
}
