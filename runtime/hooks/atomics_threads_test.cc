// Atomic operations in several threads of the system at once: the clock that goes with a value is
// always the clock of the store that wrote it, on the paths with locks and on those without.
#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <memory>
#include <vector>

#include "detector/testing/squad.h"
#include "detector/testing/test_host.h"
#include "runtime/hooks/atomic_step.h"

namespace hbsan {
namespace {

using testing::RunTogether;
using testing::TestEngine;
using testing::TestThread;

constexpr int kTrials = 5000;

struct Fixture {
  explicit Fixture(int threads) : main(engine.Start(nullptr)) {
    for (int i = 0; i < threads; ++i) workers.push_back(engine.Start(main.get(), i));
  }
  Detector& detector() { return engine.detector(); }
  TestThread& worker(int i) { return *workers[i]; }

  // The real operations take their time, so that others get in between if anything lets them.
  int Load(TestThread& t, std::atomic<int>& x, Order order) {
    const auto addr = reinterpret_cast<Addr>(&x);
    int value = 0;
    const auto real = [&] {
      sched_yield();
      value = x.load(std::memory_order_seq_cst);
      sched_yield();
    };
    if (LoadsNothingNew(detector(), *t.state, addr, sizeof x, real)) return value;
    AtomicStep step(detector(), *t.state, addr, sizeof x, order, /*publishes=*/false);
    real();
    step.Loaded(order);
    return value;
  }
  void Store(TestThread& t, std::atomic<int>& x, int value, Order order) {
    AtomicStep step(detector(), *t.state, reinterpret_cast<Addr>(&x), sizeof x, order,
                    /*publishes=*/true);
    sched_yield();
    x.store(value, std::memory_order_release);
    sched_yield();
    step.Stored(order, 0x1);
  }

  TestEngine engine;
  std::unique_ptr<TestThread> main;
  std::vector<std::unique_ptr<TestThread>> workers;
};

// Two writers store to one variable as they like, one with release after writing its data, one
// relaxed. The reader races with the data exactly if it read the relaxed store or none.
TEST(AtomicsThreads, ALoadAcquiresTheStoreItReadAndNoOther) {
  constexpr int kReleased = 1, kRelaxed = 2;
  Fixture f(3);
  std::vector<std::atomic<int>> variables(kTrials);
  const Tid tid = f.worker(0).state->tid;
  const Clock first = f.worker(0).state->clock;
  int wrong = 0;
  RunTogether(3, kTrials, [&](int worker, int trial) {
    std::atomic<int>& x = variables[trial];
    const Addr data = 0x100000 + static_cast<Addr>(trial) * 8;
    TestThread& t = f.worker(worker);
    if (worker == 0) {
      f.engine.Write(t, data, 8);
      f.Store(t, x, kReleased, Order::release);
    } else if (worker == 1) {
      f.Store(t, x, kRelaxed, Order::relaxed);
    } else {
      bool acquired = f.Load(t, x, Order::acquire) == kReleased;
      acquired |= f.Load(t, x, Order::seq_cst) == kReleased;
      // Worker 0 spends one epoch a trial.
      const bool knows =
          f.detector().Covers(*t.state, {tid, {first.value + static_cast<std::uint64_t>(trial)}});
      if (knows != acquired) ++wrong;
    }
  });
  EXPECT_EQ(wrong, 0);
}

// One variable for all trials, always with an object: the paths with and without the lock
// alternate.
TEST(AtomicsThreads, ValueAndClockGoTogetherOnAVariableInUse) {
  Fixture f(3);
  std::atomic<int> x{-1};
  const Tid tid = f.worker(0).state->tid;
  const Clock first = f.worker(0).state->clock;
  int wrong = 0;
  RunTogether(3, kTrials, [&](int worker, int trial) {
    TestThread& t = f.worker(worker);
    if (worker == 0) {
      f.engine.Write(t, 0x100000, 8);
      f.Store(t, x, trial, Order::release);
    } else if (worker == 1) {
      f.Store(t, x, -1, Order::relaxed);
    } else {
      for (int i = 0; i < 3; ++i) {
        const int seen = f.Load(t, x, Order::acquire);
        if (seen < 0) continue;
        const Epoch published{tid, {first.value + static_cast<std::uint64_t>(seen)}};
        const Epoch next{tid, {first.value + static_cast<std::uint64_t>(seen) + 1}};
        if (!f.detector().Covers(*t.state, published) || f.detector().Covers(*t.state, next))
          ++wrong;
      }
    }
  });
  EXPECT_EQ(wrong, 0);
}

// Objects come and go with their memory while others use the variable.
TEST(AtomicsThreads, AnObjectMayBeDestroyedWhileItIsUsed) {
  Fixture f(3);
  std::atomic<int> x{0};
  const auto addr = reinterpret_cast<Addr>(&x);
  RunTogether(3, kTrials, [&](int worker, int trial) {
    TestThread& t = f.worker(worker);
    if (worker == 0) {
      f.detector().ResetMemory(*t.state, addr, sizeof x);
    } else if (worker == 1) {
      f.Store(t, x, trial, Order::release);
    } else {
      f.Load(t, x, Order::acquire);
    }
  });
  f.detector().ResetMemory(*f.main->state, addr, sizeof x);
  EXPECT_EQ(f.detector().counters().sync_objects, 0u);
}

}  // namespace
}  // namespace hbsan
