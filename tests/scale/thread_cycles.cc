// thread_cycles COUNT: starts and joins as many threads one after the other; memory after a tenth
// of them and after all.
#include <pthread.h>

#include <cstdlib>
#include <memory>

#include "tests/scale/memory_use.h"

namespace {

int shared = 0;

[[gnu::noinline]] void Work(int* block) { block[1] = ++shared; }

void* Live(void*) {
  const auto block = std::make_unique<int[]>(16);
  Work(block.get());
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10'000;
  for (std::size_t i = 1; i <= count; ++i) {
    pthread_t thread;
    if (pthread_create(&thread, nullptr, Live, nullptr) != 0) return 1;
    pthread_join(thread, nullptr);
    if (i == count / 10) hbsan::scale::PrintMemoryUse("tenth");
  }
  hbsan::scale::PrintMemoryUse("all");
}
