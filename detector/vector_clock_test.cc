#include "detector/vector_clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <vector>

#include "detector/testing/test_host.h"
#include "detector/testing/trace_generator.h"

namespace hbsan {
namespace {

using testing::Random;
using testing::TestHost;
using Plain = std::map<std::uint32_t, std::uint64_t>;  // a vector clock without its zeros

class VectorClockTest : public ::testing::Test {
 protected:
  VectorClockTest() { trees_.Init(host_.host(), tid_generation_); }

  void ExpectEqual(VectorClock v, const Plain& plain, std::uint32_t tids) {
    for (std::uint32_t tid = 0; tid < tids; ++tid) {
      const auto found = plain.find(tid);
      ASSERT_EQ(trees_.Get(v, {tid}).value, found == plain.end() ? 0 : found->second) << tid;
    }
  }

  TestHost host_;
  std::atomic<std::uint32_t> tid_generation_{1};
  ClockTrees trees_;
  ClockNodeCache cache_ = {};
};

TEST_F(VectorClockTest, EmptyClockKnowsNobody) {
  EXPECT_EQ(trees_.Get({}, {0}).value, 0u);
  EXPECT_EQ(trees_.Get({}, {kMaxTids - 1}).value, 0u);
}

TEST_F(VectorClockTest, RaiseBelowKeepsWhatTheHandleHas) {
  VectorClock v;
  trees_.Raise(cache_, v, {1}, {5});
  EXPECT_TRUE(trees_.RaiseBelow(cache_, v, {{300}, {7}}, {}));
  EXPECT_FALSE(trees_.RaiseBelow(cache_, v, {{300}, {6}}, {}));
  EXPECT_EQ(v.recent(), (Epoch{{1}, {5}}));
  EXPECT_TRUE(trees_.RaiseBelow(cache_, v, {{1}, {8}}, {}));
  ExpectEqual(v, {{1, 8}, {300, 7}}, 400);
  trees_.Drop(cache_, v);
  trees_.Flush(cache_);
  EXPECT_EQ(trees_.live_nodes(), 0u);
}

TEST_F(VectorClockTest, RaiseNeverLowers) {
  VectorClock v;
  EXPECT_TRUE(trees_.Raise(cache_, v, {70'000}, {5}));
  EXPECT_FALSE(trees_.Raise(cache_, v, {70'000}, {4}));
  EXPECT_FALSE(trees_.Raise(cache_, v, {70'000}, {5}));
  EXPECT_EQ(trees_.Get(v, {70'000}).value, 5u);
  EXPECT_EQ(trees_.Get(v, {69'999}).value, 0u);
  EXPECT_EQ(trees_.Get(v, {kMaxTids - 1}).value, 0u);
}

TEST_F(VectorClockTest, SharedCopyDoesNotSeeLaterChanges) {
  VectorClock v;
  trees_.Raise(cache_, v, {3}, {1});
  VectorClock copy = trees_.Share(v);
  trees_.Raise(cache_, v, {3}, {2});
  trees_.Raise(cache_, v, {300}, {7});
  EXPECT_EQ(trees_.Get(copy, {3}).value, 1u);
  EXPECT_EQ(trees_.Get(copy, {300}).value, 0u);
  EXPECT_EQ(trees_.Get(v, {3}).value, 2u);
  EXPECT_EQ(trees_.Get(v, {300}).value, 7u);
}

TEST_F(VectorClockTest, JoinTellsWhetherItChangedAnything) {
  VectorClock low, high;
  trees_.Raise(cache_, low, {1}, {1});
  trees_.Raise(cache_, high, {1}, {2});
  trees_.Raise(cache_, high, {40}, {2});
  EXPECT_FALSE(trees_.Join(cache_, high, low));
  EXPECT_FALSE(trees_.Join(cache_, high, high));
  EXPECT_FALSE(trees_.Join(cache_, high, {}));
  EXPECT_TRUE(trees_.Join(cache_, low, high));
  EXPECT_FALSE(trees_.Join(cache_, low, high));
  EXPECT_FALSE(trees_.Join(cache_, high, low));
}

TEST_F(VectorClockTest, JoinOfSharedTreesCopiesNothingWhenNothingIsNew) {
  VectorClock v, other;
  for (std::uint32_t tid = 0; tid < 1000; ++tid) {
    trees_.Raise(cache_, v, {tid}, {2});
    trees_.Raise(cache_, other, {tid}, {1});
  }
  const VectorClock copy = trees_.Share(v);
  const std::uint32_t nodes = trees_.live_nodes();
  EXPECT_FALSE(trees_.Join(cache_, v, other));
  EXPECT_EQ(v, copy);
  EXPECT_EQ(trees_.live_nodes(), nodes);
}

// Random operations on a few clocks of different heights, with sharing, give what they give on
// maps.
void CompareWithMaps(std::uint64_t seed, std::uint32_t tids, ClockTrees& trees,
                     ClockNodeCache& cache, auto expect_equal) {
  constexpr int kClocks = 6;
  Random random(seed);
  VectorClock clocks[kClocks];
  Plain plain[kClocks];
  const bool wide = random.Chance(1, 2);  // columns that do not fit into a leaf's
  for (int step = 0; step < 300; ++step) {
    const int a = random.Below(kClocks);
    const int b = random.Below(kClocks);
    switch (random.Below(6)) {
      case 0:
        if (a == b) break;
        trees.Drop(cache, clocks[a]);
        clocks[a] = trees.Share(clocks[b]);
        plain[a] = plain[b];
        break;
      case 1: {
        const Plain before = plain[a];
        for (const auto [tid, clock] : plain[b]) plain[a][tid] = std::max(plain[a][tid], clock);
        const bool gives_up = a != b && random.Chance(1, 3);
        VectorClock* const given_up = gives_up ? &clocks[b] : nullptr;
        const bool may_have_changed = trees.Join(cache, clocks[a], clocks[b], {}, given_up);
        ASSERT_TRUE(may_have_changed || plain[a] == before);
        if (!gives_up) break;
        trees.Drop(cache, clocks[b]);
        plain[b].clear();
        break;
      }
      case 2:
        if (!random.Chance(1, 4)) break;
        trees.Drop(cache, clocks[a]);
        plain[a].clear();
        break;
      default: {
        const auto tid = static_cast<std::uint32_t>(random.Next() >> random.Below(64)) % tids;
        const auto clock = static_cast<std::uint64_t>(1 + random.Below(20)) << (wide ? 30 : 0);
        ASSERT_EQ(trees.Raise(cache, clocks[a], {tid}, {clock}), clock > plain[a][tid]);
        plain[a][tid] = std::max(plain[a][tid], clock);
        std::erase_if(plain[a], [](const auto& column) { return column.second == 0; });
        break;
      }
    }
    ASSERT_NO_FATAL_FAILURE(expect_equal(clocks[a], plain[a]));
  }
  for (VectorClock& v : clocks) trees.Drop(cache, v);
}

TEST_F(VectorClockTest, AgreesWithMapsAndFreesAllNodes) {
  std::uint64_t seed = 0;
  for (const std::uint32_t tids : {5u, 16u, 17u, 40u, 64u, 65u, 256u, 300u, 5000u}) {
    for (int trial = 0; trial < 30; ++trial) {
      SCOPED_TRACE(::testing::Message() << "seed " << ++seed << ", " << tids << " tids");
      const auto expect_equal = [&](VectorClock v, const Plain& plain) {
        ExpectEqual(v, plain, tids);
      };
      ASSERT_NO_FATAL_FAILURE(CompareWithMaps(seed, tids, trees_, cache_, expect_equal));
    }
  }
  trees_.Flush(cache_);
  EXPECT_EQ(trees_.live_nodes(), 0u);
}

}  // namespace
}  // namespace hbsan
