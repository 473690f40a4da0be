// The workloads of Go's peer program, under the same names and with the same work per iteration, so
// that the two can be compared: see compare_with_go.py.
#include <benchmark/benchmark.h>

#include <array>
#include <unordered_map>
#include <vector>

#include "gosync/gosync.h"

namespace {

using gosync::Chan;
using gosync::Go;
using gosync::WaitGroup;

// Runs body(n) in a goroutine, as Go runs its benchmarks; `n` iterations are timed.
template <typename Body>
void Run(benchmark::State& state, Body body) {
  const auto n = static_cast<int>(state.max_iterations);
  while (state.KeepRunningBatch(n)) {
    Chan<bool> done(0);
    Go([&body, n, done] {
      body(n);
      done.Close();
    });
    done.RecvOk();
  }
}

// Starts `count` goroutines that run body(g), each its own copy as Go's closures are, and waits for
// them.
template <typename Body>
void Together(int count, Body body) {
  WaitGroup wg;
  for (int g = 0; g < count; ++g) {
    wg.Add(1);
    Go([&wg, body, g] {
      body(g);
      wg.Done();
    });
  }
  wg.Wait();
}

// One iteration: a value to the other goroutine and back over two unbuffered channels.
void PingPong(benchmark::State& state) {
  Run(state, [](int n) {
    Chan<int> ping(0), pong(0);
    Go([ping, pong] {
      for (int v : ping) pong.Send(v);
      pong.Close();
    });
    for (int i = 0; i < n; ++i) {
      ping.Send(i);
      benchmark::DoNotOptimize(pong.Recv());
    }
    ping.Close();
    pong.RecvOk();
  });
}

// One iteration: one int through a channel of capacity 128, one producer, one consumer.
void Buffered(benchmark::State& state) {
  Run(state, [](int n) {
    Chan<int> c(128), done(0);
    Go([c, done] {
      int sum = 0;
      for (int v : c) sum += v;
      done.Send(sum);
    });
    for (int i = 0; i < n; ++i) c.Send(i);
    c.Close();
    benchmark::DoNotOptimize(done.Recv());
  });
}

// One iteration: one int from 4 producers to 4 consumers through one channel of capacity 16.
void ContendedChan(benchmark::State& state) {
  Run(state, [](int n) {
    Chan<int> c(16);
    WaitGroup producers, consumers;
    for (int p = 0; p < 4; ++p) {
      producers.Add(1);
      Go([&producers, c, n] {
        for (int i = 0; i < n / 4; ++i) c.Send(i);
        producers.Done();
      });
    }
    for (int k = 0; k < 4; ++k) {
      consumers.Add(1);
      Go([&consumers, c] {
        for (int v : c) benchmark::DoNotOptimize(v);
        consumers.Done();
      });
    }
    producers.Wait();
    c.Close();
    consumers.Wait();
  });
}

// One iteration: a select over 4 channels fed by 4 goroutines.
void Select4(benchmark::State& state) {
  Run(state, [](int n) {
    std::array<Chan<int>, 4> cs;
    Chan<bool> stop(0);
    WaitGroup wg;
    for (Chan<int>& c : cs) {
      c = Chan<int>(0);
      wg.Add(1);
      Go([&wg, c, stop] {
        while (gosync::Select(gosync::OnSend(c, 1), gosync::OnRecv(stop)) == 0) {
        }
        wg.Done();
      });
    }
    int sum = 0;
    const auto add = [&sum](int v) { sum += v; };
    for (int i = 0; i < n; ++i) {
      gosync::Select(gosync::OnRecv(cs[0], add), gosync::OnRecv(cs[1], add),
                     gosync::OnRecv(cs[2], add), gosync::OnRecv(cs[3], add));
    }
    stop.Close();
    wg.Wait();
    benchmark::DoNotOptimize(sum);
  });
}

// One iteration: start a goroutine that marks a WaitGroup done; waits for each batch of 1000.
void Spawn(benchmark::State& state) {
  Run(state, [](int n) {
    for (int i = 0; i < n;) {
      WaitGroup wg;
      for (int k = 0; k < 1000 && i < n; ++k, ++i) {
        wg.Add(1);
        Go([&wg] { wg.Done(); });
      }
      wg.Wait();
    }
  });
}

// One iteration: one locked increment; 8 goroutines share the mutex.
void Mutex8(benchmark::State& state) {
  Run(state, [](int n) {
    gosync::Mutex mu;
    int count = 0;
    Together(8, [&](int) {
      for (int i = 0; i < n / 8; ++i) {
        mu.Lock();
        ++count;
        mu.Unlock();
      }
    });
    benchmark::DoNotOptimize(count);
  });
}

// One iteration: one read under RLock of a 16-entry map; 8 goroutines, one write in 1024.
void RWMutex8(benchmark::State& state) {
  Run(state, [](int n) {
    gosync::RWMutex mu;
    std::unordered_map<int, int> m;
    for (int i = 0; i < 16; ++i) m[i] = i;
    Together(8, [&](int) {
      int sum = 0;
      for (int i = 0; i < n / 8; ++i) {
        if ((i & 1023) == 0) {
          mu.Lock();
          ++m[i & 15];
          mu.Unlock();
        } else {
          mu.RLock();
          sum += m.find(i & 15)->second;
          mu.RUnlock();
        }
      }
      benchmark::DoNotOptimize(sum);
    });
  });
}

// One iteration: one atomic add and one atomic load; 4 goroutines.
void Atomic4(benchmark::State& state) {
  Run(state, [](int n) {
    gosync::Int64 v;
    Together(4, [&](int) {
      for (int i = 0; i < n / 4; ++i) {
        v.Add(1);
        benchmark::DoNotOptimize(v.Load());
      }
    });
  });
}

// One iteration: one Once::Do after the first, 4 goroutines.
void Once4(benchmark::State& state) {
  Run(state, [](int n) {
    gosync::Once once;
    int count = 0;
    Together(4, [&](int) {
      for (int i = 0; i < n / 4; ++i) once.Do([&] { ++count; });
    });
  });
}

// One iteration: one element of a prime sieve's work (the classic chain of goroutines); primes up
// to 4000 per batch of 550.
void Sieve(benchmark::State& state) {
  Run(state, [](int n) {
    for (int i = 0; i < n; i += 550) {
      Chan<int> source(0);
      Go([source] {
        for (int k = 2; k < 4000; ++k) source.Send(k);
        source.Close();
      });
      while (const std::optional<int> prime = source.RecvOk()) {
        Chan<int> rest(0);
        Go([in = source, out = rest, p = *prime] {
          for (int k : in) {
            if (k % p != 0) out.Send(k);
          }
          out.Close();
        });
        source = rest;
      }
    }
  });
}

// One iteration: one element of a 192x192 matrix product, rows split over 8 goroutines.
void MatMul(benchmark::State& state) {
  constexpr int kSize = 192;
  Run(state, [](int n) {
    std::vector<double> x(kSize * kSize), y(kSize * kSize), z(kSize * kSize);
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = static_cast<double>(i % 7);
      y[i] = static_cast<double>(i % 5);
    }
    for (int done = 0; done < n; done += kSize * kSize) {
      Together(8, [&](int g) {
        for (int i = g * kSize / 8; i < (g + 1) * kSize / 8; ++i) {
          for (int j = 0; j < kSize; ++j) {
            double sum = 0;
            for (int k = 0; k < kSize; ++k) sum += x[i * kSize + k] * y[k * kSize + j];
            z[i * kSize + j] = sum;
          }
        }
      });
    }
  });
}

BENCHMARK(PingPong)->UseRealTime();
BENCHMARK(Buffered)->UseRealTime();
BENCHMARK(ContendedChan)->UseRealTime();
BENCHMARK(Select4)->UseRealTime();
BENCHMARK(Spawn)->UseRealTime();
BENCHMARK(Mutex8)->UseRealTime();
BENCHMARK(RWMutex8)->UseRealTime();
BENCHMARK(Atomic4)->UseRealTime();
BENCHMARK(Once4)->UseRealTime();
BENCHMARK(Sieve)->UseRealTime();
BENCHMARK(MatMul)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
