// Exceptions through instrumented and uninstrumented frames, in several threads at once.
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

std::mutex mutex;
int caught = 0;

struct Unwound {
  explicit Unwound(int* n) : count(n) {}
  ~Unwound() { ++*count; }
  int* count;
};

__attribute__((noinline)) int Throw(int depth, int* unwound) {
  const Unwound guard(unwound);
  if (depth == 0) throw std::out_of_range("end of the recursion");
  return Throw(depth - 1, unwound) + 1;
}

// An uninstrumented frame between the throw and the handler.
__attribute__((no_sanitize("thread"), noinline)) int ThrowThrough(int depth, int* unwound) {
  return Throw(depth, unwound) + 1;
}

void Run() {
  int unwound = 0;
  for (int i = 0; i < 100; ++i) {
    try {
      ThrowThrough(i % 7, &unwound);
    } catch (const std::exception&) {
      const std::lock_guard<std::mutex> hold(mutex);
      ++caught;
    }
    try {
      // std::vector::at throws inside libstdc++.
      std::vector<int>(3).at(static_cast<size_t>(i) + 3) = 1;
    } catch (const std::out_of_range& e) {
      const std::lock_guard<std::mutex> hold(mutex);
      ++caught;
    }
    int numbers[] = {3, 1, 2};
    try {
      qsort(numbers, 3, sizeof(int), [](const void*, const void*) -> int { throw 1; });
    } catch (int) {
      const std::lock_guard<std::mutex> hold(mutex);
      ++caught;
    }
  }
}

int main() {
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back(Run);
  for (std::thread& thread : threads) thread.join();
  return caught == 900 ? 0 : 1;
}
