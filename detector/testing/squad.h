// Operating-system threads that do something truly at the same time, again and again.
#ifndef HBSAN_DETECTOR_TESTING_SQUAD_H_
#define HBSAN_DETECTOR_TESTING_SQUAD_H_

#include <sched.h>

#include <atomic>
#include <thread>
#include <vector>

namespace hbsan::testing {

// A barrier that the engine does not see. Spins, so that its threads leave it within nanoseconds of
// each other if each has a processor; with fewer processors they take turns.
class SpinBarrier {
 public:
  explicit SpinBarrier(int threads) : threads_(threads) {}
  void Wait() {
    const int round = round_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == threads_) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.store(round + 1, std::memory_order_release);
      return;
    }
    for (int spins = 0; round_.load(std::memory_order_acquire) == round; ++spins) {
      if (spins < 500) {
        __builtin_ia32_pause();
      } else {
        sched_yield();
      }
    }
  }

 private:
  const int threads_;
  std::atomic<int> arrived_{0};
  std::atomic<int> round_{0};
};

// Runs body(worker, trial) in `workers` threads for each trial of [0, trials). The workers start
// each trial together.
template <typename Body>
void RunTogether(int workers, int trials, Body body) {
  SpinBarrier barrier(workers);
  std::vector<std::thread> threads;
  for (int worker = 0; worker < workers; ++worker) {
    threads.emplace_back([&, worker] {
      for (int trial = 0; trial < trials; ++trial) {
        barrier.Wait();
        body(worker, trial);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace hbsan::testing

#endif  // HBSAN_DETECTOR_TESTING_SQUAD_H_
