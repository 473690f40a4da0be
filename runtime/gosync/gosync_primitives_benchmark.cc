// The primitives that compare_with_go.py has no workload for, one operation (or one of each pair)
// an iteration: by one goroutine, and by four that share the primitive.
#include <benchmark/benchmark.h>

#include <memory>
#include <utility>

#include "gosync/gosync.h"

namespace {

using gosync::Go;
using gosync::WaitGroup;

// Runs body(i) for each iteration, in `goroutines` at once.
template <typename Body>
void Run(benchmark::State& state, Body body) {
  const auto goroutines = static_cast<int>(state.range(0));
  const auto n = static_cast<int>(state.max_iterations);
  while (state.KeepRunningBatch(n)) {
    WaitGroup wg;
    for (int g = 0; g < goroutines; ++g) {
      wg.Go([body, g, n, goroutines] {
        for (int i = g; i < n; i += goroutines) body(i);
      });
    }
    wg.Wait();
  }
}

void MapLoad(benchmark::State& state) {
  gosync::Map<int, int> map;
  for (int i = 0; i < 1024; ++i) map.Store(i, i);
  Run(state, [&map](int i) { benchmark::DoNotOptimize(map.Load(i % 1024)); });
}

void MapStore(benchmark::State& state) {
  gosync::Map<int, int> map;
  Run(state, [&map](int i) { map.Store(i % 1024, i); });
}

void PoolGetPut(benchmark::State& state) {
  gosync::Pool<std::unique_ptr<int>> pool([] { return std::make_unique<int>(0); });
  Run(state, [&pool](int) { pool.Put(pool.Get()); });
}

void ValueLoad(benchmark::State& state) {
  gosync::Value<int> value(1);
  Run(state, [&value](int) { benchmark::DoNotOptimize(*value.Load()); });
}

void ValueStore(benchmark::State& state) {
  gosync::Value<int> value(1);
  Run(state, [&value](int i) { value.Store(i); });
}

void SemaphoreAcquireRelease(benchmark::State& state) {
  gosync::Semaphore semaphore(2);
  Run(state, [&semaphore](int) {
    semaphore.Acquire();
    semaphore.Release();
  });
}

void WaitGroupAddDone(benchmark::State& state) {
  WaitGroup wg;
  wg.Add(1);
  Run(state, [&wg](int) {
    wg.Add(1);
    wg.Done();
  });
  wg.Done();
}

void CondSignal(benchmark::State& state) {
  gosync::Mutex mu;
  gosync::Cond cond(mu);
  Run(state, [&cond](int) { cond.Signal(); });
}

void ContextWithCancel(benchmark::State& state) {
  const gosync::Context parent = gosync::WithCancel(gosync::Background()).context;
  Run(state, [&parent](int) { gosync::WithCancel(parent).cancel(); });
}

void TimerResetStop(benchmark::State& state) {
  Run(state, [](int) {
    gosync::Timer timer(std::chrono::hours(1));
    timer.Stop();
  });
}

void ErrGroupGo(benchmark::State& state) {
  Run(state, [](int) {
    gosync::ErrGroup group;
    group.Go([] { return gosync::Error(); });
    group.Wait();
  });
}

void Gosched(benchmark::State& state) {
  Run(state, [](int) { gosync::Gosched(); });
}

BENCHMARK(MapLoad)->Arg(1)->Arg(4)->UseRealTime();
BENCHMARK(MapStore)->Arg(1)->Arg(4)->UseRealTime();
BENCHMARK(PoolGetPut)->Arg(1)->Arg(4)->UseRealTime();
BENCHMARK(ValueLoad)->Arg(1)->Arg(4)->UseRealTime();
BENCHMARK(ValueStore)->Arg(1)->Arg(4)->UseRealTime();
BENCHMARK(SemaphoreAcquireRelease)->Arg(1)->Arg(4)->UseRealTime();
BENCHMARK(WaitGroupAddDone)->Arg(1)->Arg(4)->UseRealTime();
BENCHMARK(CondSignal)->Arg(1)->Arg(4)->UseRealTime();
BENCHMARK(ContextWithCancel)->Arg(1)->Arg(4)->UseRealTime();
BENCHMARK(TimerResetStop)->Arg(1)->Arg(4)->UseRealTime();
BENCHMARK(ErrGroupGo)->Arg(1)->Arg(4)->UseRealTime();
BENCHMARK(Gosched)->Arg(1)->Arg(4)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
