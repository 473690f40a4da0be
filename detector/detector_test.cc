// What the engine tells of threads, locks, stacks and memory beyond verdicts; those are in
// memory_model_test and engine_trace_test.
#include "detector/detector.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "detector/testing/test_host.h"
#include "detector/whole_check.h"

namespace hbsan::testing {
namespace {

constexpr Addr kMemory = 0x7f00'0000'0000;
using Pcs = std::vector<std::uintptr_t>;

class DetectorTest : public ::testing::Test {
 protected:
  DetectorTest() : a_(engine_.Start(nullptr, 0)), b_(engine_.Start(nullptr, 1)) {}

  Detector& detector() { return engine_.detector(); }
  void ReleaseToB() {
    detector().ReleaseStore(*a_->state, edge_, 0);
    detector().Acquire(*b_->state, edge_);
  }
  std::vector<Addr> Mutexes(LockSetId id) {
    int count = 0;
    const HeldLock* held = detector().lock_sets().Get(id, count);
    std::vector<Addr> mutexes;
    for (int i = 0; i < count; ++i) mutexes.push_back(held[i].mutex);
    return mutexes;
  }

  TestEngine engine_;
  std::unique_ptr<TestThread> a_, b_;
  SyncObject& edge_ = engine_.detector().NewSync();
};

TEST_F(DetectorTest, RaceDescribesBothSides) {
  a_->Call(0x10);
  a_->Call(0x11);
  b_->Call(0x20);
  engine_.Access(*a_, {.pc = 0x12, .kind = AccessKind::kWrite, .flavor = AccessFlavor::kVptr},
                 kMemory, 8);
  const auto race =
      engine_.Access(*b_, {.pc = 0x21, .kind = AccessKind::kRead, .flavor = AccessFlavor::kAtomic},
                     kMemory + 4, 2);
  ASSERT_TRUE(race);
  EXPECT_EQ(race->current.addr, kMemory + 4);
  EXPECT_EQ(race->current.size, 2u);
  EXPECT_EQ(race->current.kind, AccessKind::kRead);
  EXPECT_EQ(race->current.flavor, AccessFlavor::kAtomic);
  EXPECT_EQ(race->current.thread, b_->description);
  EXPECT_EQ(engine_.Unwind(race->current.stack), (Pcs{0x21, 0x20}));
  EXPECT_EQ(race->previous.addr, kMemory);
  EXPECT_EQ(race->previous.size, 8u);
  EXPECT_EQ(race->previous.kind, AccessKind::kWrite);
  EXPECT_EQ(race->previous.flavor, AccessFlavor::kVptr);
  EXPECT_EQ(race->previous.thread, a_->description);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), (Pcs{0x12, 0x11, 0x10}));
}

TEST_F(DetectorTest, StackOfTheOtherAccessSurvivesAnyNumberOfCalls) {
  a_->Call(0x10);
  engine_.Write(*a_, kMemory, 8, 0x11);
  a_->Return();
  for (std::uintptr_t i = 0; i < 100'000; ++i) {
    a_->Call(0x1000 + i);
    engine_.Write(*a_, kMemory + 64 + i % 64 * 8, 8, i);
    a_->Return();
  }
  const auto race = engine_.Read(*b_, kMemory, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), (Pcs{0x11, 0x10}));
}

TEST_F(DetectorTest, AccessesInAMutexThatNobodyElseLockedAreRecordedOnce) {
  const Addr mutex = kMemory + 64;
  const auto write_locked = [&](TestThread& thread) {
    ThreadState& t = *thread.state;
    detector().Acquire(t, detector().SyncAt(t, mutex));
    detector().MutexLocked(t, mutex, {}, /*shared=*/false);
    Detector::OwnsMutex(t, mutex, /*shared=*/false);
    engine_.Write(thread, kMemory, 8, 0x11);
    detector().ReleaseStore(t, detector().SyncAt(t, mutex), 0);
    detector().MutexUnlocked(t, mutex);
    return detector().shadow().WriteCell(kMemory)->load();
  };
  const std::uint32_t recorded = write_locked(*a_);
  EXPECT_EQ(write_locked(*a_), recorded);
  engine_.Write(*a_, kMemory + 128, 8, 0x12);
  EXPECT_EQ(write_locked(*a_), recorded);
  EXPECT_NE(write_locked(*b_), recorded);
  EXPECT_NE(write_locked(*a_), recorded);
}

TEST_F(DetectorTest, AnAtomicAccessOfNoBytesIsNone) {
  engine_.Write(*a_, kMemory, 8);
  for (const AccessKind kind : {AccessKind::kRead, AccessKind::kWrite}) {
    const Site site{.kind = kind, .flavor = AccessFlavor::kAtomic};
    EXPECT_FALSE(engine_.Access(*a_, site, kMemory + 64, 0));
  }
  EXPECT_EQ(detector().shadow().WriteCell(kMemory + 64)->load(), 0u);
}

TEST_F(DetectorTest, WhatIsHalfStoredIsComparedWithTheOtherPlanes) {
  EXPECT_FALSE(engine_.Read(*a_, kMemory, 8));
  ASSERT_TRUE(engine_.Write(*b_, kMemory, 8));
  bool raced = false;
  const auto by_all_rules = [&](bool stored, Addr cell) {
    Race race;
    const Site read{.pc = 0x11};
    if (stored) raced |= detector().CheckStored(*a_->state, read, kMemory, 8, cell, race);
  };
  FinishCheck<AccessKind::kRead, 8, AccessFlavor::kPlain>(QuickOutcome::kHalfStored, detector(),
                                                          *a_->state, 0x11, kMemory, by_all_rules);
  EXPECT_TRUE(raced);
}

TEST_F(DetectorTest, RaceSurvivesManyReleases) {
  engine_.Write(*a_, kMemory, 8, 0x11);
  for (int i = 0; i < 1'000'000; ++i) {
    engine_.Write(*a_, kMemory + 64, 8);
    detector().Release(*a_->state, edge_, 0);
  }
  const auto race = engine_.Read(*b_, kMemory, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), Pcs{0x11});
}

TEST_F(DetectorTest, FreeAfterOwnWriteIsNamedAsTheFree) {
  engine_.Write(*a_, kMemory, 8, 0x11);
  engine_.Access(*a_, {.pc = 0x12, .kind = AccessKind::kWrite, .flavor = AccessFlavor::kFree},
                 kMemory, 16);
  const auto race = engine_.Read(*b_, kMemory, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(race->previous.flavor, AccessFlavor::kFree);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), Pcs{0x12});
}

TEST_F(DetectorTest, RaceNamesTheMutexesHeld) {
  detector().MutexLocked(*a_->state, 0x100, {}, false);
  detector().MutexLocked(*a_->state, 0x200, {}, true);
  engine_.Write(*a_, kMemory, 8);
  detector().MutexUnlocked(*a_->state, 0x100);
  detector().MutexLocked(*b_->state, 0x300, {}, false);
  const auto race = engine_.Write(*b_, kMemory, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(Mutexes(race->previous.locks), (std::vector<Addr>{0x100, 0x200}));
  EXPECT_EQ(Mutexes(race->current.locks), std::vector<Addr>{0x300});
}

TEST_F(DetectorTest, MoreMutexesThanAThreadTracksAreLeftOut) {
  for (Addr mutex = 1; mutex <= 100; ++mutex) detector().MutexLocked(*a_->state, mutex, {}, false);
  engine_.Write(*a_, kMemory, 8);
  for (Addr mutex = 1; mutex <= 100; ++mutex) detector().MutexUnlocked(*a_->state, mutex);
  const auto race = engine_.Write(*b_, kMemory, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(Mutexes(race->previous.locks).size(), std::size_t{ThreadState::kMaxHeld});
}

TEST_F(DetectorTest, SuspendedThreadKeepsItsCallStack) {
  a_->Call(0x10);
  detector().Suspend(*a_->state);
  a_->hot->stack_top = nullptr;  // whatever runs there now
  detector().Resume(*a_->state, *a_->hot, 2);
  engine_.Write(*a_, kMemory, 8, 0x11);
  const auto race = engine_.Read(*b_, kMemory, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), (Pcs{0x11, 0x10}));
}

TEST_F(DetectorTest, KnownFollowsTheEdges) {
  const Tid a = a_->state->tid;
  engine_.Write(*a_, kMemory, 8);
  const Epoch written{a, detector().Known(*a_->state, a)};
  EXPECT_FALSE(detector().Covers(*b_->state, written));
  ReleaseToB();
  EXPECT_TRUE(detector().Covers(*b_->state, written));
  EXPECT_EQ(detector().Known(*b_->state, a), written.clock());
}

// Large ranges are given back to the system page by page, small ones are cleared.
TEST_F(DetectorTest, ResetOfALargeRangeIsExactToTheByte) {
  for (const std::size_t size :
       {std::size_t{1000}, std::size_t{5000}, std::size_t{300} << 10, std::size_t{9} << 20}) {
    const Addr begin = kMemory + (size << 4) + 4093;
    const Addr end = begin + size;
    const Addr inside[] = {begin, begin + 1, begin + 4, begin + size / 2, end - 9, end - 1};
    const Addr outside[] = {begin - 1, begin - 8, end, end + 8};
    for (const Addr addr : inside) engine_.Write(*a_, addr, 1);
    for (const Addr addr : outside) engine_.Write(*a_, addr, 1);
    detector().SyncAt(*a_->state, begin);
    detector().SyncAt(*a_->state, end);
    detector().ResetMemory(*a_->state, begin, size);
    EXPECT_EQ(detector().FindSync(begin), nullptr);
    EXPECT_NE(detector().FindSync(end), nullptr);
    for (const Addr addr : inside) EXPECT_FALSE(engine_.Write(*b_, addr, 1)) << addr - begin;
    for (const Addr addr : outside) EXPECT_TRUE(engine_.Write(*b_, addr, 1)) << addr - begin;
  }
}

TEST_F(DetectorTest, MoveOfALargeRangeTakesEverythingAlong) {
  constexpr std::size_t kSize = std::size_t{2} << 20;
  const Addr to = kMemory + 4 * kSize;
  const Addr offsets[] = {0, 8, 4088, 4096, kSize / 2, kSize - 8};
  for (const Addr offset : offsets) engine_.Write(*a_, kMemory + offset, 8, 0x100 + offset);
  engine_.Read(*a_, kMemory + 64, 8);
  engine_.Write(*a_, to + 16, 8);  // of a mapping that is replaced
  SyncObject& s = detector().SyncAt(*a_->state, kMemory + 40);
  detector().MoveMemory(*a_->state, kMemory, to, kSize);
  EXPECT_EQ(detector().FindSync(to + 40), &s);
  EXPECT_EQ(detector().FindSync(kMemory + 40), nullptr);
  EXPECT_FALSE(engine_.Write(*b_, to + 16, 8));
  EXPECT_TRUE(engine_.Write(*b_, to + 64, 8));
  for (const Addr offset : offsets) {
    EXPECT_FALSE(engine_.Write(*b_, kMemory + offset, 8)) << offset;
    const auto race = engine_.Write(*b_, to + offset, 8);
    ASSERT_TRUE(race) << offset;
    EXPECT_EQ(engine_.Unwind(race->previous.stack), Pcs{0x100 + offset});
  }
}

TEST_F(DetectorTest, OnlyTheForkingThreadLivesInTheChild) {
  auto parked = engine_.Start(nullptr);
  detector().Suspend(*parked->state);
  engine_.Write(*b_, kMemory, 8, 0x22);
  detector().AfterForkInChild(*a_->state);
  EXPECT_EQ(detector().counters().live_threads, 1u);
  const auto race = engine_.Write(*a_, kMemory, 8);  // b wrote before the fork, unordered
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), Pcs{0x22});
  auto child = engine_.Start(a_.get());
  EXPECT_FALSE(engine_.Write(*child, kMemory, 8));
}

TEST_F(DetectorTest, StartAndJoinCyclesNeedNoMemory) {
  const auto cycle = [&] {
    auto thread = engine_.Start(a_.get());
    SyncObject& end = detector().NewSync();
    engine_.Write(*thread, kMemory, 8);
    engine_.Finish(std::move(thread), &end);
    detector().Acquire(*a_->state, end);
    detector().DeleteSync(*a_->state, end);
    if (detector().ReclaimIsDue()) detector().Reclaim(nullptr);
  };
  cycle();
  const auto before = detector().counters();
  for (int i = 0; i < 100'000; ++i) cycle();
  const auto after = detector().counters();
  EXPECT_EQ(after.tids, before.tids);
  EXPECT_EQ(after.live_threads, before.live_threads);
  EXPECT_EQ(after.sync_objects, before.sync_objects);
  EXPECT_EQ(after.stacks, before.stacks);
  EXPECT_LT(after.records, 50'000u * Records::kChunkRecords);
}

}  // namespace
}  // namespace hbsan::testing
