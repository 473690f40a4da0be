// sync_objects: a million atomics and a million mutexes, each released and acquired: by the main
// thread, and then by another one.
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "tests/scale/memory_use.h"

namespace {

constexpr std::size_t kMost = 1'000'000;
std::atomic<int> atomics[kMost];
std::mutex mutexes[kMost];

void UseAll(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    atomics[i].store(1, std::memory_order_release);
    if (atomics[i].load(std::memory_order_acquire) != 1) std::abort();
    const std::lock_guard lock(mutexes[i]);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10'000;
  if (count > kMost) return 2;
  UseAll(count);
  hbsan::scale::PrintMemoryUse("once");
  std::thread(UseAll, count).join();
  hbsan::scale::PrintMemoryUse("twice");
}
