#include "detector/tid_pool.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "detector/testing/test_host.h"

namespace hbsan {
namespace {

class TidPoolTest : public ::testing::Test {
 protected:
  TidPoolTest() { pool_.Init(host_.host()); }

  // A tid for a thread whose parent covers the given epochs of finished threads.
  std::pair<std::uint32_t, std::uint64_t> Start(const std::set<std::uint32_t>& covered_tids) {
    const auto covered = [](Epoch last, const void* tids) {
      return static_cast<const std::set<std::uint32_t>*>(tids)->contains(last.tid().value);
    };
    Clock start;
    const Tid tid = pool_.Allocate(covered, &covered_tids, start);
    return {tid.value, start.value};
  }
  void Finish(std::uint32_t tid, std::uint64_t clock) { pool_.Finish({{tid}, {clock}}); }
  void Reclaim(const std::set<std::uint32_t>& tids_with_records) {
    pool_.ForgetWithout([&](auto mark) {
      for (const std::uint32_t tid : tids_with_records) mark({tid});
    });
    pool_.CommitForgotten();
  }

  testing::TestHost host_;
  TidPool pool_;
};

TEST_F(TidPoolTest, LiveThreadsHaveTidsOfTheirOwn) {
  std::set<std::uint32_t> tids;
  for (int i = 0; i < 1000; ++i) tids.insert(Start({}).first);
  EXPECT_EQ(tids.size(), 1000u);
  EXPECT_FALSE(tids.contains(0));
}

TEST_F(TidPoolTest, CoveredTidGoesOnAfterItsLastClock) {
  const std::uint32_t tid = Start({}).first;
  Finish(tid, 41);
  EXPECT_EQ(Start({tid}), std::pair(tid, std::uint64_t{42}));
}

TEST_F(TidPoolTest, TidIsNotReusedWhenTheStartIsUnordered) {
  const std::uint32_t tid = Start({}).first;
  Finish(tid, 41);
  EXPECT_NE(Start({}).first, tid);
}

TEST_F(TidPoolTest, EachFinishedTidIsReusedOnce) {
  const std::uint32_t tid = Start({}).first;
  Finish(tid, 1);
  EXPECT_EQ(Start({tid}).first, tid);
  EXPECT_NE(Start({tid}).first, tid);
}

TEST_F(TidPoolTest, TidWithoutRecordsGoesToAnybody) {
  const std::uint32_t with = Start({}).first;
  const std::uint32_t without = Start({}).first;
  Finish(with, 10);
  Finish(without, 20);
  Reclaim({with});
  EXPECT_EQ(Start({}), std::pair(without, std::uint64_t{21}));
  EXPECT_NE(Start({}).first, with);
}

TEST_F(TidPoolTest, GenerationChangesOnceTidsWithoutRecordsGoOut) {
  for (int i = 0; i < 3; ++i) Start({});
  Finish(1, 10);
  const std::uint32_t first = pool_.generation();
  EXPECT_EQ(Start({1}).first, 1u);  // by one that covers it
  Finish(1, 10);
  Finish(2, 10);
  Reclaim({});
  EXPECT_EQ(pool_.generation(), first);
  Start({});
  const std::uint32_t second = pool_.generation();
  EXPECT_NE(second, first);
  Start({});
  EXPECT_EQ(pool_.generation(), second);
}

TEST_F(TidPoolTest, TidsWithoutRecordsGoOutInOrder) {
  std::set<std::uint32_t> tids;
  for (int i = 0; i < 100; ++i) tids.insert(Start({}).first);
  const std::uint32_t kept = *tids.begin();
  tids.erase(kept);
  for (auto tid = tids.rbegin(); tid != tids.rend(); ++tid) Finish(*tid, 1);
  Reclaim({});
  for (const std::uint32_t tid : tids) EXPECT_EQ(Start({}).first, tid);
  Finish(kept, 1);
  Reclaim({});
  EXPECT_EQ(Start({}).first, kept);
}

TEST_F(TidPoolTest, ForgottenTidWaitsForTheCommit) {
  const std::uint32_t tid = Start({}).first;
  Finish(tid, 10);
  pool_.ForgetWithout([](auto) {});
  EXPECT_TRUE(pool_.IsForgotten({tid}));
  EXPECT_NE(Start({}).first, tid);
  pool_.CommitForgotten();
  EXPECT_FALSE(pool_.IsForgotten({tid}));
  EXPECT_EQ(Start({}).first, tid);
}

TEST_F(TidPoolTest, CoveredTidIsFoundBehindManyUncoveredOnes) {
  std::set<std::uint32_t> tids;
  for (int i = 0; i < 200; ++i) tids.insert(Start({}).first);
  for (const std::uint32_t tid : tids) Finish(tid, 1);
  const std::uint32_t first = *tids.begin();  // finished first, so tried last
  int starts = 1;
  while (Start({first}).first != first) ++starts;
  EXPECT_LE(starts, 400);
}

}  // namespace
}  // namespace hbsan
