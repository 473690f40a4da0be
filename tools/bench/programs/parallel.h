// What the C++ programs of the suite share beside bench.h.
#ifndef HBSAN_TOOLS_BENCH_PROGRAMS_PARALLEL_H_
#define HBSAN_TOOLS_BENCH_PROGRAMS_PARALLEL_H_

#include <pthread.h>

#include <cstddef>
#include <thread>
#include <vector>

namespace bench {

// Calls body(0) to body(threads - 1), each on a thread of its own; returns when all have returned.
template <typename Body>
void RunThreads(int threads, const Body& body) {
  std::vector<std::thread> running;
  for (int t = 0; t < threads; ++t) running.emplace_back([&body, t] { body(t); });
  for (std::thread& thread : running) thread.join();
}

// Thread `t`'s share of the indices 0 to n-1.
struct Slice {
  Slice(size_t n, int t, int threads) : begin(n * t / threads), end(n * (t + 1) / threads) {}
  size_t begin, end;
};

class Barrier {
 public:
  explicit Barrier(int threads) { pthread_barrier_init(&barrier_, nullptr, threads); }
  ~Barrier() { pthread_barrier_destroy(&barrier_); }
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;
  void Wait() { pthread_barrier_wait(&barrier_); }

 private:
  pthread_barrier_t barrier_;
};

}  // namespace bench

#endif  // HBSAN_TOOLS_BENCH_PROGRAMS_PARALLEL_H_
