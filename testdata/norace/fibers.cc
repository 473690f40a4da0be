// Fibers that switch among themselves and migrate between threads: each switch is an edge.
#include <stdexcept>
#include <thread>
#include <vector>

#include "../fiber.h"

int shared = 0;

// Deep enough that the fiber's call stack is in use when it yields.
void Count(Fiber& self, int depth) {
  ++shared;
  if (depth > 0) Count(self, depth - 1);
  self.Yield();
  ++shared;
}

int main() {
  std::vector<std::unique_ptr<Fiber>> fibers;
  for (int i = 0; i < 8; ++i) {
    fibers.push_back(std::make_unique<Fiber>([&fibers, i] {
      Count(*fibers[i], 10);
      try {
        throw std::runtime_error("in a fiber");
      } catch (const std::exception&) {
        ++shared;
      }
    }));
  }
  for (int round = 0; round < 12; ++round) {
    std::thread worker([&] {
      for (auto& fiber : fibers) fiber->Resume();
    });
    worker.join();
    for (auto& fiber : fibers) fiber->Resume();
  }
  fibers.clear();
  return shared == 8 * 23 ? 0 : 1;
}
