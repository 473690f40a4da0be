#include "runtime/mapping_keys.h"

#include <gtest/gtest.h>

#include "detector/hot_state.h"

namespace hbsan {
namespace {

constexpr Addr kSlice = Addr{1} << 36;
constexpr Addr kSpan = Addr{1} << kKeyBits;

TEST(MappingKeys, SameKeysOfOtherAddressesAreRefused) {
  constexpr Addr first = 7 * kSpan + 3 * kSlice;
  EXPECT_TRUE(ClaimKeys(first, 4096));
  EXPECT_TRUE(ClaimKeys(first + 8192, 4096));
  EXPECT_FALSE(ClaimKeys(6 * kSpan + 3 * kSlice, 4096));
  EXPECT_TRUE(ClaimKeys(6 * kSpan + 4 * kSlice, kSlice));
  EXPECT_FALSE(ClaimKeys(7 * kSpan + 4 * kSlice, 1));
}

TEST(MappingKeys, ARangeIsRefusedForAnyPartOfIt) {
  EXPECT_TRUE(ClaimKeys(7 * kSpan + 12 * kSlice, 1));
  EXPECT_FALSE(ClaimKeys(6 * kSpan + 10 * kSlice, 3 * kSlice));
}

TEST(MappingKeys, FreeRangesAreFreeAndDescend) {
  Addr below = 0;
  for (int i = 0; i < 10; ++i) {
    const Addr at = FreeKeysBelow(below, 2 * kSlice);
    ASSERT_NE(at, 0u);
    EXPECT_TRUE(below == 0 || at < below);
    EXPECT_TRUE(ClaimKeys(at, 2 * kSlice));
    below = at;
  }
  EXPECT_EQ(FreeKeysBelow(0, kSpan * 2), 0u);
}

}  // namespace
}  // namespace hbsan
