#include "detector/patches.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "detector/testing/test_host.h"

namespace hbsan {
namespace {

using testing::TestEngine;
using Pcs = std::vector<std::uintptr_t>;

constexpr Addr kMemory = 0x7f00'0000'0000;
constexpr Addr kSync = 0x100;

TEST(Patches, AreReadAsTheyWereMade) {
  Patches made;
  made.Set(0, kFullyCovered | 7, 0x03);
  made.Set(1, kIndexMask, 0xf0);
  made.Set(2, kIndexMask - 1, 0x08);
  const Record record = made.AsRecord();
  ASSERT_TRUE(record.IsPatches());
  std::vector<std::pair<std::uint32_t, ByteMask>> read;
  Patches(record).All([&](std::uint32_t index, ByteMask bytes) {
    read.emplace_back(index, bytes);
    return true;
  });
  using Read = decltype(read);
  EXPECT_EQ(read, (Read{{7, 0x03}, {kIndexMask, 0xf0}, {kIndexMask - 1, 0x08}}));
}

TEST(Patches, MayBeFewer) {
  Patches made;
  made.Set(0, 7, 0x80);
  const Record record = made.AsRecord();
  int count = 0;
  EXPECT_FALSE(Patches(record).All([&](std::uint32_t, ByteMask) { return ++count > 1; }));
  EXPECT_EQ(Patches(record).Bytes(1), 0);
}

// A thread accesses parts of a cell, each in an epoch of its own.
class CellWithPatches : public ::testing::Test {
 protected:
  CellWithPatches() : a_(engine_.Start(nullptr, 0)), b_(engine_.Start(nullptr, 1)) {}
  Detector& detector() { return engine_.detector(); }
  void EndEpoch() { detector().ReleaseStore(*a_->state, detector().SyncAt(*a_->state, kSync), 0); }
  std::uint64_t RecordCount() { return detector().counters().records; }

  TestEngine engine_;
  std::unique_ptr<testing::TestThread> a_, b_;
};

TEST_F(CellWithPatches, EachByteIsReportedWithItsLastAccess) {
  engine_.Write(*a_, kMemory, 8, 0x11);
  EndEpoch();
  engine_.Write(*a_, kMemory + 1, 3, 0x12);
  EndEpoch();
  engine_.Write(*a_, kMemory + 6, 2, 0x13);
  const auto race_of = [&](Addr offset) {
    const auto race = engine_.Read(*b_, kMemory + offset, 1);
    EXPECT_TRUE(race);
    return race->previous;
  };
  EXPECT_EQ(engine_.Unwind(race_of(0).stack), Pcs{0x11});
  EXPECT_EQ(engine_.Unwind(race_of(5).stack), Pcs{0x11});
  const Access second = race_of(3);
  EXPECT_EQ(engine_.Unwind(second.stack), Pcs{0x12});
  EXPECT_EQ(second.addr, kMemory + 1);
  EXPECT_EQ(second.size, 3u);
  const Access third = race_of(7);
  EXPECT_EQ(engine_.Unwind(third.stack), Pcs{0x13});
  EXPECT_EQ(third.addr, kMemory + 6);
  EXPECT_EQ(third.size, 2u);
}

TEST_F(CellWithPatches, WhatAnotherThreadKnowsOfDoesNotRaceAndTheRestDoes) {
  engine_.Write(*a_, kMemory, 5, 0x11);
  EndEpoch();
  detector().Acquire(*b_->state, detector().SyncAt(*b_->state, kSync));
  engine_.Write(*a_, kMemory + 3, 3, 0x12);
  EXPECT_FALSE(engine_.Write(*b_, kMemory, 3));
  EXPECT_TRUE(engine_.Write(*b_, kMemory + 3, 1));
  EXPECT_TRUE(engine_.Write(*b_, kMemory + 5, 1));
  EXPECT_FALSE(engine_.Write(*b_, kMemory + 6, 2));
}

TEST_F(CellWithPatches, AnAtomicAccessRacesWithOneOfThem) {
  engine_.Write(*a_, kMemory + 2, 4);
  EndEpoch();
  engine_.Write(*a_, kMemory + 6, 2);
  engine_.Write(*b_, kMemory, 1);
  const Site site{.pc = 1, .kind = AccessKind::kWrite, .flavor = AccessFlavor::kAtomic};
  const auto race = engine_.Access(*b_, site, kMemory, 4);
  ASSERT_TRUE(race);
  EXPECT_EQ(race->previous.addr, kMemory + 2);
}

TEST_F(CellWithPatches, CellsOfOneHistoryShareThem) {
  constexpr Addr kCells = 10'000;
  const auto write = [&](Addr first, std::size_t size) {
    for (Addr i = 0; i < kCells; ++i) engine_.Write(*a_, kMemory + 8 * i + first, size);
    EndEpoch();
  };
  write(0, 8);
  const std::uint64_t before = RecordCount();
  write(1, 3);
  write(6, 1);
  EXPECT_LE(RecordCount(), before + 2 * Records::kRun * Records::kChunkRecords);
}

// Their records are in use as long as the cell names the patches.
TEST_F(CellWithPatches, KeepTheirRecords) {
  const auto fill_chunks = [&] {
    for (Addr i = 0; i < 10 * Records::kChunkRecords; ++i) {
      engine_.Write(*a_, kMemory + 4096, 8, 0x1000 + i);
      EndEpoch();
    }
  };
  engine_.Write(*a_, kMemory, 8, 0x11);
  fill_chunks();
  engine_.Write(*a_, kMemory + 1, 3, 0x12);
  fill_chunks();
  detector().Reclaim(nullptr);
  fill_chunks();
  const auto first = engine_.Read(*b_, kMemory, 1);
  const auto second = engine_.Read(*b_, kMemory + 2, 1);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(engine_.Unwind(first->previous.stack), Pcs{0x11});
  EXPECT_EQ(engine_.Unwind(second->previous.stack), Pcs{0x12});
}

TEST_F(CellWithPatches, TheOwnHalfServesTheInlineCheck) {
  engine_.Write(*a_, kMemory, 8);
  EndEpoch();
  engine_.Write(*a_, kMemory, 2);
  EXPECT_FALSE(TestEngine::HitsInline(*a_, AccessKind::kWrite, kMemory, 4));
  engine_.Write(*a_, kMemory + 2, 2);
  EXPECT_TRUE(TestEngine::HitsInline(*a_, AccessKind::kWrite, kMemory, 4));
  EXPECT_FALSE(TestEngine::HitsInline(*a_, AccessKind::kWrite, kMemory, 8));
}

}  // namespace
}  // namespace hbsan
