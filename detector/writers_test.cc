// The writers of an atomic variable: what random traces seldom or never come across.
#include "detector/writers.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include "detector/testing/squad.h"
#include "detector/testing/test_host.h"

namespace hbsan::testing {
namespace {

constexpr Addr kMemory = 0x7f00'0000'0000;

class WritersTest : public ::testing::Test {
 protected:
  WritersTest() : a_(engine_.Start(nullptr, 0)), b_(engine_.Start(nullptr, 1)) {}

  Detector& detector() { return engine_.detector(); }
  // Each store is of an epoch of its own, which nobody knows of.
  void Store(TestThread& t, Addr addr, std::uintptr_t pc, std::size_t size = 8) {
    const Site site{.pc = pc, .kind = AccessKind::kWrite, .flavor = AccessFlavor::kAtomic};
    EXPECT_FALSE(engine_.Access(t, site, addr, size));
    detector().Release(*t.state, unheard_, 0);
  }
  // Both are among the writers from the third store on.
  void StoreByTurns(Addr addr, std::size_t size = 8) {
    for (int i = 0; i < 2; ++i) {
      Store(*a_, addr, 0xa, size);
      Store(*b_, addr, 0xb, size);
    }
  }
  void Order(TestThread& first, TestThread& second) {
    SyncObject& edge = detector().NewSync();
    detector().ReleaseStore(*first.state, edge, 0);
    detector().Acquire(*second.state, edge);
    detector().DeleteSync(*second.state, edge);
  }

  TestEngine engine_;
  std::unique_ptr<TestThread> a_, b_;
  SyncObject& unheard_ = engine_.detector().NewSync();
};

TEST_F(WritersTest, AStoreToOneVariableIsNoneToAnotherOfTheSameHistory) {
  constexpr Addr kOthers[] = {kMemory + 8, kMemory + 16, kMemory + 24};
  const Site store_a{.pc = 0xa, .kind = AccessKind::kWrite, .flavor = AccessFlavor::kAtomic};
  const Site store_b{.pc = 0xb, .kind = AccessKind::kWrite, .flavor = AccessFlavor::kAtomic};
  for (const Addr addr : kOthers) engine_.Access(*a_, store_a, addr, 8);
  for (const Addr addr : kOthers) engine_.Access(*b_, store_b, addr, 8);
  auto reader = engine_.Start(nullptr, 2);
  Order(*a_, *reader);
  Order(*b_, *reader);
  Store(*b_, kOthers[1], 0xb);
  EXPECT_FALSE(engine_.Read(*reader, kOthers[0], 8));
  EXPECT_TRUE(engine_.Read(*reader, kOthers[1], 8));
  EXPECT_FALSE(engine_.Read(*reader, kOthers[2], 8));
}

TEST_F(WritersTest, GoroutinesOfOneWorkerHaveWritersOfTheirOwn) {
  auto reader = engine_.Start(nullptr, 2);
  StoreByTurns(kMemory);
  Order(*a_, *reader);
  detector().Suspend(*b_->state);
  Store(*a_, kMemory, 0xaa);
  detector().Suspend(*a_->state);
  detector().Resume(*b_->state, *a_->hot, 0);
  Store(*b_, kMemory, 0xb);
  Order(*b_, *reader);
  const auto race = engine_.Read(*reader, kMemory, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0xaa});
}

TEST_F(WritersTest, MoreThreadsThanStandInAListAreAllFound) {
  constexpr int kThreads = 3 * Writer::kMost;
  std::vector<std::unique_ptr<TestThread>> threads;
  for (int i = 0; i < kThreads; ++i) threads.push_back(engine_.Start(nullptr, i));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < kThreads; ++i) Store(*threads[i], kMemory, 0x100 + i, 4);
  }
  for (int unknown = 0; unknown < kThreads; ++unknown) {
    auto reader = engine_.Start(nullptr, unknown);
    for (int i = 0; i < kThreads; ++i) {
      if (i != unknown) Order(*threads[i], *reader);
    }
    const auto race = engine_.Read(*reader, kMemory, 4);
    ASSERT_TRUE(race);
    EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0x100u + unknown});
    Store(*threads[unknown], kMemory + 8, 0x100);
  }
}

TEST_F(WritersTest, WhatEveryThreadKnowsGoes) {
  for (int i = 0; i < 10'000; ++i) StoreByTurns(kMemory + 8 * i);
  Order(*a_, *b_);
  Order(*b_, *a_);
  detector().NoteCommonKnowledge();
  detector().Reclaim(nullptr);
  EXPECT_LE(detector().counters().records, 4 * Records::kChunkRecords);
  EXPECT_FALSE(engine_.Write(*a_, kMemory, 8));
}

TEST_F(WritersTest, WhatOneThreadDoesNotKnowStays) {
  auto ignorant = engine_.Start(nullptr, 2);
  const auto close_chunks = [this] {
    for (int i = 1; i < 1000; ++i) StoreByTurns(kMemory + 8 * i);
  };
  StoreByTurns(kMemory);
  close_chunks();
  Order(*a_, *b_);
  Order(*b_, *a_);
  Order(*b_, *ignorant);
  Store(*a_, kMemory, 0xaa);
  close_chunks();
  Order(*a_, *b_);
  detector().NoteCommonKnowledge();
  detector().Reclaim(nullptr);
  const auto race = engine_.Read(*ignorant, kMemory, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0xaa});
}

// (what the plain access is, its size)
class WritersParallelTest : public WritersTest,
                            public ::testing::WithParamInterface<std::tuple<AccessKind, int>> {};

// One of two writers stores once more while a third thread, ordered after all stores but that one,
// makes a plain access.
TEST_P(WritersParallelTest, StoreRacesWithASimultaneousPlainAccess) {
  const auto [kind, size] = GetParam();
  constexpr int kTrials = 10'000;
  auto other = engine_.Start(nullptr, 2);
  SpinBarrier ready(2);
  std::vector<std::optional<Race>> races[2];
  for (auto& found : races) found.resize(kTrials);
  RunTogether(2, kTrials, [&, kind = kind, size = size](int w, int trial) {
    const Addr addr = kMemory + 512 * trial;
    if (w == 0) {
      if (trial % 4 == 1) engine_.Write(*a_, addr + 4, 4);
      StoreByTurns(addr, trial % 2 == 0 ? 8 : 4);
      Order(*a_, *other);
      Order(*b_, *other);
    }
    ready.Wait();
    const Site site{.pc = 0xa, .kind = AccessKind::kWrite, .flavor = AccessFlavor::kAtomic};
    races[w][trial] = w == 0 ? engine_.Access(*a_, site, addr, trial % 2 == 0 ? 8 : 4)
                             : engine_.Access(*other, {.pc = 0xc, .kind = kind}, addr,
                                              static_cast<std::size_t>(size));
  });
  for (int trial = 0; trial < kTrials; ++trial) {
    ASSERT_TRUE(races[0][trial] || races[1][trial]) << "missed in trial " << trial;
    for (int w = 0; w < 2; ++w) {
      if (!races[w][trial]) continue;
      const std::uintptr_t previous = w == 0 ? 0xc : 0xa;
      EXPECT_EQ(engine_.Unwind(races[w][trial]->previous.stack), std::vector{previous});
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, WritersParallelTest,
                         ::testing::Combine(::testing::Values(AccessKind::kRead,
                                                              AccessKind::kWrite),
                                            ::testing::Values(1, 4, 8, 256)));

}  // namespace
}  // namespace hbsan::testing
