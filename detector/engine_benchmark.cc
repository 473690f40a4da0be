// What the engine costs, without hooks and without the program: nanoseconds for each access and
// each sync operation.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "detector/testing/test_host.h"

namespace hbsan::testing {
namespace {

constexpr Addr kMemory = 0x7f00'0000'0000;
constexpr std::size_t kBytes = std::size_t{1}
                               << 20;  // of shadowed memory; its cells fit into the L2 cache

Site SiteOf(AccessKind kind) { return {.pc = 0x1000, .kind = kind}; }
AccessKind KindOf(const benchmark::State& state) {
  return state.range(0) == 0 ? AccessKind::kRead : AccessKind::kWrite;
}

// An engine with one thread whose call stack is a few frames deep, and shadow that was touched
// before.
class Bench {
 public:
  Bench() : thread_(engine_.Start(nullptr)) {
    for (int i = 0; i < 5; ++i) thread_->Call(0x100 + i);
    for (const AccessKind kind : {AccessKind::kRead, AccessKind::kWrite}) {
      for (Addr a = kMemory; a < kMemory + kBytes; a += 8) Check(*thread_, SiteOf(kind), a, 8);
    }
    NewEpoch();
  }
  TestEngine& engine() { return engine_; }
  Detector& detector() { return engine_.detector(); }
  TestThread& thread() { return *thread_; }
  SyncObject& object() { return object_; }
  void NewEpoch() { detector().ReleaseStore(*thread_->state, object_, 0); }
  void Check(TestThread& t, const Site& site, Addr addr, std::size_t size) {
    Race race;
    benchmark::DoNotOptimize(detector().CheckAccess(*t.state, site, addr, size, race));
  }

 private:
  TestEngine engine_;
  std::unique_ptr<TestThread> thread_;
  SyncObject& object_ = engine_.detector().NewSync();
};

// Each access is the first one of its cell in its epoch; an epoch has `range(1)` accesses.
void BM_FirstTouch(benchmark::State& state) {
  Bench bench;
  const Site site = SiteOf(KindOf(state));
  Addr offset = 0;
  std::int64_t left = 0;
  for (auto _ : state) {
    if (left-- == 0) {
      bench.NewEpoch();
      left = state.range(1) - 1;
    }
    bench.Check(bench.thread(), site, kMemory + offset, 8);
    offset = (offset + 8) % kBytes;
    if (offset == 0) left = 0;
  }
}
BENCHMARK(BM_FirstTouch)->ArgsProduct({{0, 1}, {16, 1024, 1 << 17}});

// The same cell again in the same epoch, by a call (the inline check of instrumented code saves
// it).
void BM_SameEpoch(benchmark::State& state) {
  Bench bench;
  const Site site = SiteOf(KindOf(state));
  for (auto _ : state) bench.Check(bench.thread(), site, kMemory, 8);
}
BENCHMARK(BM_SameEpoch)->Arg(0)->Arg(1);

// One byte of each cell: the cell's other bytes keep their history.
void BM_FirstTouchOfAByte(benchmark::State& state) {
  Bench bench;
  const Site site = SiteOf(KindOf(state));
  Addr offset = 0;
  for (auto _ : state) {
    bench.Check(bench.thread(), site, kMemory + offset, 1);
    offset = (offset + 9) % kBytes;
    if (offset < 9) bench.NewEpoch();
  }
}
BENCHMARK(BM_FirstTouchOfAByte)->Arg(0)->Arg(1);

// Two threads take turns to read one table, ordered by nothing; each touch is in a new epoch.
void BM_SharedRead(benchmark::State& state) {
  Bench bench;
  const bool one_plane = state.range(0) == 1;
  auto other = bench.engine().Start(&bench.thread(), one_plane ? 0 : 1);
  SyncObject& object = bench.detector().NewSync();
  const Site site = SiteOf(AccessKind::kRead);
  Addr offset = 0;
  for (auto _ : state) {
    bench.Check(bench.thread(), site, kMemory + offset, 8);
    bench.Check(*other, site, kMemory + offset, 8);
    offset = (offset + 8) % 4096;
    if (offset % 128 == 0) {
      bench.NewEpoch();
      bench.detector().ReleaseStore(*other->state, object, 0);
    }
  }
  state.SetItemsProcessed(2 * state.iterations());
}
BENCHMARK(BM_SharedRead)->Arg(0)->Arg(1);

// A range of memory in one call; per cell.
void BM_Range(benchmark::State& state) {
  Bench bench;
  const Site site = SiteOf(KindOf(state));
  for (auto _ : state) {
    bench.Check(bench.thread(), site, kMemory, kBytes);
    bench.NewEpoch();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBytes / 8));
}
BENCHMARK(BM_Range)->Arg(0)->Arg(1);

// A mutex that one thread takes again and again.
void BM_OwnMutex(benchmark::State& state) {
  Bench bench;
  for (auto _ : state) {
    bench.detector().Acquire(*bench.thread().state, bench.object());
    bench.Check(bench.thread(), SiteOf(AccessKind::kWrite), kMemory, 8);
    bench.detector().Release(*bench.thread().state, bench.object(), 0);
  }
}
BENCHMARK(BM_OwnMutex);

// A mutex that goes round among `range(0)` threads.
void BM_PassedMutex(benchmark::State& state) {
  Bench bench;
  std::vector<std::unique_ptr<TestThread>> threads;
  for (int i = 0; i < state.range(0); ++i) threads.push_back(bench.engine().Start(&bench.thread()));
  std::size_t next = 0;
  for (auto _ : state) {
    TestThread& t = *threads[next];
    next = next + 1 == threads.size() ? 0 : next + 1;
    bench.detector().Acquire(*t.state, bench.object());
    bench.Check(t, SiteOf(AccessKind::kWrite), kMemory, 8);
    bench.detector().Release(*t.state, bench.object(), 0);
  }
}
BENCHMARK(BM_PassedMutex)->Arg(2)->Arg(16)->Arg(256)->Arg(4096);

// A release that nobody hears of, with an access in between.
void BM_ReleaseStore(benchmark::State& state) {
  Bench bench;
  for (auto _ : state) {
    bench.Check(bench.thread(), SiteOf(AccessKind::kWrite), kMemory, 8);
    bench.NewEpoch();
  }
}
BENCHMARK(BM_ReleaseStore);

void BM_SyncAt(benchmark::State& state) {
  Bench bench;
  Addr offset = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(&bench.detector().SyncAt(*bench.thread().state, kMemory + offset));
    offset = (offset + 64) % kBytes;
  }
}
BENCHMARK(BM_SyncAt);

void BM_StartAndJoin(benchmark::State& state) {
  Bench bench;
  ThreadDescription description;
  std::vector<Frame> frames(8);
  for (auto _ : state) {
    HotState hot = {};
    ThreadState* t =
        bench.detector().StartThread(bench.thread().state, &description, frames.data());
    bench.detector().Resume(*t, hot, 0);
    SyncObject& end = bench.detector().NewSync();
    bench.detector().FinishThread(*t, &end);
    bench.detector().Acquire(*bench.thread().state, end);
    bench.detector().DeleteSync(*bench.thread().state, end);
  }
}
BENCHMARK(BM_StartAndJoin);

}  // namespace
}  // namespace hbsan::testing

BENCHMARK_MAIN();
