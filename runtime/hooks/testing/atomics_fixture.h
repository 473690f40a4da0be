// For tests of the rules of atomics without threads of the system: three threads of the engine take
// turns, and each load reads the latest store.
#ifndef HBSAN_RUNTIME_HOOKS_TESTING_ATOMICS_FIXTURE_H_
#define HBSAN_RUNTIME_HOOKS_TESTING_ATOMICS_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>

#include "detector/testing/test_host.h"
#include "runtime/hooks/atomic_step.h"

namespace hbsan::testing {

inline constexpr Addr kData = 0x10000;
inline constexpr Addr kOther = 0x10100;
inline constexpr Addr kX = 0x20000;
inline constexpr Addr kY = 0x20004;

class AtomicsFixture : public ::testing::Test {
 protected:
  using Thread = TestThread&;

  void Load(Thread t, Addr x, Order order, std::size_t size = 4) {
    if (LoadsNothingNew(detector(), *t.state, x, size, [] {})) return;
    AtomicStep step(detector(), *t.state, x, size, order, /*publishes=*/false);
    step.Loaded(order);
  }
  void Store(Thread t, Addr x, Order order, std::size_t size = 4) {
    AtomicStep step(detector(), *t.state, x, size, order, /*publishes=*/true);
    step.Stored(order, 0x1);
  }
  void Update(Thread t, Addr x, Order order, std::size_t size = 4) {
    AtomicStep step(detector(), *t.state, x, size, order, /*publishes=*/true);
    step.Loaded(order);
    step.Updated(order, 0x1);
  }
  void FailedExchange(Thread t, Addr x, Order order, Order failure) {
    AtomicStep step(detector(), *t.state, x, 4, order, /*publishes=*/true);
    step.Loaded(failure);
  }
  void Fence(Thread t, Order order) {
    if (Acquires(order)) detector().FenceAcquire(*t.state);
    if (Releases(order)) detector().FenceRelease(*t.state, 0x1);
  }
  void Write(Thread t, Addr addr = kData) { EXPECT_FALSE(engine_.Write(t, addr, 8)); }
  bool Races(Thread t, Addr addr = kData) { return engine_.Write(t, addr, 8).has_value(); }

  Detector& detector() { return engine_.detector(); }

  TestEngine engine_;
  std::unique_ptr<TestThread> main_ = engine_.Start(nullptr);
  std::unique_ptr<TestThread> writer_ = engine_.Start(main_.get(), 0);
  std::unique_ptr<TestThread> third_ = engine_.Start(main_.get(), 1);
  std::unique_ptr<TestThread> reader_ = engine_.Start(main_.get(), 2);
  TestThread& writer = *writer_;
  TestThread& third = *third_;
  TestThread& reader = *reader_;
};

}  // namespace hbsan::testing

#endif  // HBSAN_RUNTIME_HOOKS_TESTING_ATOMICS_FIXTURE_H_
