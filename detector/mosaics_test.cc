#include "detector/mosaics.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "detector/testing/test_host.h"

namespace hbsan {
namespace {

using testing::TestEngine;
using Pcs = std::vector<std::uintptr_t>;

constexpr Addr kMemory = 0x7f00'0000'0000;

TEST(Mosaics, EqualOnesHaveOneNumber) {
  testing::TestHost host;
  Mosaics mosaics;
  mosaics.Init(host.host());
  Mosaic mosaic;
  mosaic.tiles[3] = Tile::Of(7, 9, 0x42);
  const std::uint32_t number = mosaics.Intern(mosaic);
  EXPECT_NE(number, 0u);
  EXPECT_EQ(mosaics.Intern(mosaic), number);
  EXPECT_EQ(mosaics[number], mosaic);
  mosaic.tiles[4] = mosaic.tiles[3];
  EXPECT_NE(mosaics.Intern(mosaic), number);
}

TEST(Mosaics, TooManyHaveNone) {
  testing::TestHost host;
  Mosaics mosaics;
  mosaics.Init(host.host());
  Mosaic mosaic;
  const auto intern = [&](std::uint32_t below) {
    mosaic.tiles[0] = Tile::Of(below, 1, 0);
    return mosaics.Intern(mosaic);
  };
  std::uint32_t last = 0;
  for (std::uint32_t i = 0; i < Mosaics::kMost; ++i) last = intern(i);
  EXPECT_NE(last, 0u);
  EXPECT_EQ(intern(Mosaics::kMost), 0u);
  EXPECT_EQ(intern(Mosaics::kMost - 1), last);
}

// A thread writes a cell's bytes at several places in one epoch.
class RecordsWithMosaic : public ::testing::Test {
 protected:
  RecordsWithMosaic() : a_(engine_.Start(nullptr, 0)), b_(engine_.Start(nullptr, 1)) {}

  TestEngine engine_;
  std::unique_ptr<testing::TestThread> a_, b_;
};

TEST_F(RecordsWithMosaic, EachByteIsReportedWithItsAccess) {
  engine_.Write(*a_, kMemory, 1, 0x11);
  a_->Call(0x20);
  engine_.Write(*a_, kMemory + 2, 2, 0x21);
  a_->Return();
  engine_.Write(*a_, kMemory + 4, 4, 0x12);
  const auto first = engine_.Read(*b_, kMemory, 1);
  ASSERT_TRUE(first);
  EXPECT_EQ(engine_.Unwind(first->previous.stack), Pcs{0x11});
  EXPECT_EQ(first->previous.size, 1u);
  const auto second = engine_.Read(*b_, kMemory + 3, 1);
  ASSERT_TRUE(second);
  EXPECT_EQ(engine_.Unwind(second->previous.stack), (Pcs{0x21, 0x20}));
  EXPECT_EQ(second->previous.addr, kMemory + 2);
  EXPECT_EQ(second->previous.size, 2u);
  const auto third = engine_.Read(*b_, kMemory + 6, 1);
  ASSERT_TRUE(third);
  EXPECT_EQ(engine_.Unwind(third->previous.stack), Pcs{0x12});
  EXPECT_EQ(third->previous.addr, kMemory + 4);
  EXPECT_EQ(third->previous.size, 4u);
  EXPECT_FALSE(engine_.Read(*b_, kMemory + 1, 1));
}

// As memset does, and whoever else is told the size.
TEST_F(RecordsWithMosaic, AccessesOfSeveralSizesAtOnePlaceAreOfTheBytesInARow) {
  engine_.Write(*a_, kMemory, 2, 0x11);
  engine_.Write(*a_, kMemory + 2, 1, 0x11);
  engine_.Write(*a_, kMemory + 5, 3, 0x11);
  const auto first = engine_.Read(*b_, kMemory + 1, 1);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->previous.addr, kMemory);
  EXPECT_EQ(first->previous.size, 3u);
  const auto second = engine_.Read(*b_, kMemory + 6, 1);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->previous.addr, kMemory + 5);
  EXPECT_EQ(second->previous.size, 3u);
  EXPECT_EQ(engine_.Unwind(second->previous.stack), Pcs{0x11});
  EXPECT_FALSE(engine_.Read(*b_, kMemory + 3, 2));
}

TEST_F(RecordsWithMosaic, AccessesOfAllBytesOfAHalfServeTheInlineCheck) {
  for (int i = 0; i < 4; ++i) {
    EXPECT_FALSE(TestEngine::HitsInline(*a_, AccessKind::kWrite, kMemory + i, 1));
    engine_.Write(*a_, kMemory + i, 1, 0x10 + i);
  }
  EXPECT_TRUE(TestEngine::HitsInline(*a_, AccessKind::kWrite, kMemory, 4));
  EXPECT_FALSE(TestEngine::HitsInline(*a_, AccessKind::kWrite, kMemory + 4, 1));
}

// What stays of the epoch before keeps the bytes apart until the last of them is overwritten.
TEST_F(RecordsWithMosaic, OneTakesThePlaceOfASplit) {
  engine_.detector().Tune({.list_credit = 0});
  for (unsigned i = 0; i < kCellBytes; i += 2) {
    engine_.Write(*a_, kMemory + i, 1, 0x10);
    engine_.detector().ReleaseStore(*a_->state, engine_.detector().SyncAt(*a_->state, 0x100), 0);
  }
  for (unsigned i = 0; i < kCellBytes; ++i) {
    EXPECT_FALSE(TestEngine::HitsInline(*a_, AccessKind::kWrite, kMemory, 8));
    engine_.Write(*a_, kMemory + i, 1, 0x20 + i);
  }
  EXPECT_TRUE(TestEngine::HitsInline(*a_, AccessKind::kWrite, kMemory, 8));
  const auto race = engine_.Read(*b_, kMemory + 5, 1);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), Pcs{0x25});
}

TEST_F(RecordsWithMosaic, MutexesHeldAreThoseOfTheByte) {
  engine_.Write(*a_, kMemory, 1, 0x11);
  engine_.detector().MutexLocked(*a_->state, 0x100, {}, false);
  engine_.Write(*a_, kMemory + 1, 1, 0x12);
  const auto without = engine_.Read(*b_, kMemory, 1);
  const auto with = engine_.Read(*b_, kMemory + 1, 1);
  ASSERT_TRUE(without && with);
  int count = 0;
  engine_.detector().lock_sets().Get(without->previous.locks, count);
  EXPECT_EQ(count, 0);
  engine_.detector().lock_sets().Get(with->previous.locks, count);
  EXPECT_EQ(count, 1);
}

}  // namespace
}  // namespace hbsan
