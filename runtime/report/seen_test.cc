#include "runtime/report/seen.h"

#include <gtest/gtest.h>

namespace hbsan {
namespace {

TEST(SeenSet, TakesEachKeyOnce) {
  SeenSet seen;
  for (std::uint64_t key = 1; key < 10'000; ++key) EXPECT_TRUE(seen.Insert(key << 20));
  for (std::uint64_t key = 1; key < 10'000; ++key) EXPECT_FALSE(seen.Insert(key << 20));
  seen.Clear();
  EXPECT_TRUE(seen.Insert(7 << 20));
}

TEST(PairKey, IgnoresTheOrder) {
  EXPECT_EQ(PairKey({3}, {5}), PairKey({5}, {3}));
  EXPECT_NE(PairKey({3}, {5}), PairKey({3}, {6}));
}

TEST(KeyInTests, DiffersForEachRunOfATest) {
  const char runs[] = "AB";
  EXPECT_EQ(KeyInTests(7, nullptr, nullptr), 7u);
  EXPECT_NE(KeyInTests(7, &runs[0], nullptr), 7u);
  EXPECT_EQ(KeyInTests(7, &runs[0], nullptr), KeyInTests(7, nullptr, &runs[0]));
  EXPECT_NE(KeyInTests(7, &runs[0], nullptr), KeyInTests(7, &runs[1], nullptr));
}

}  // namespace
}  // namespace hbsan
