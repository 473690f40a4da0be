// C++20: std::latch, std::barrier, std::counting_semaphore, std::jthread with stop tokens.
#include <barrier>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <semaphore>
#include <thread>
#include <vector>

constexpr int kThreads = 4;

int slots[kThreads];
int sum = 0;
int data = 0;

int main() {
  std::latch latch(kThreads);
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&latch, i] {
      slots[i] = i;
      latch.count_down();
    });
  }
  latch.wait();
  for (int slot : slots) sum += slot;
  threads.clear();

  std::barrier barrier(kThreads, []() noexcept { ++data; });
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&barrier, i] {
      for (int round = 0; round < 20; ++round) {
        slots[i] = round;
        barrier.arrive_and_wait();
        int total = 0;
        for (int slot : slots) total += slot;
        if (total != kThreads * round || data != 2 * round + 1) __builtin_abort();
        barrier.arrive_and_wait();
      }
    });
  }
  threads.clear();

  std::counting_semaphore<8> items(0);
  std::binary_semaphore taken(0);
  std::jthread producer([&] {
    for (int i = 0; i < 20; ++i) {
      data = i;
      items.release();
      taken.acquire();
    }
  });
  for (int i = 0; i < 20; ++i) {
    if (i % 2 == 0) {
      items.acquire();
    } else {
      while (!items.try_acquire_for(std::chrono::seconds(1))) {
      }
    }
    if (data != i) return 1;
    taken.release();
  }

  std::mutex mutex;
  std::condition_variable_any cond;
  std::jthread waiter([&](std::stop_token stop) {
    std::unique_lock hold(mutex);
    cond.wait(hold, stop, [] { return false; });
    data = 100;
  });
  std::stop_callback callback(waiter.get_stop_token(), [] { sum = 1; });
  waiter.request_stop();
  waiter.join();
  return data == 100 && sum == 1 ? 0 : 1;
}
