#include "detector/lock_sets.h"

#include <gtest/gtest.h>

#include <vector>

#include "detector/testing/test_host.h"

namespace hbsan {
namespace {

using Locks = std::vector<HeldLock>;

class LockSetsTest : public ::testing::Test {
 protected:
  LockSetsTest() { sets_.Init(host_.host()); }

  LockSetId Intern(const Locks& locks) {
    return sets_.Intern(locks.data(), static_cast<int>(locks.size()));
  }
  Locks Get(LockSetId id) {
    int count = 0;
    const HeldLock* locks = sets_.Get(id, count);
    return Locks(locks, locks + count);
  }

  testing::TestHost host_;
  LockSets sets_;
};

TEST_F(LockSetsTest, EmptySetIsZero) {
  EXPECT_EQ(Intern({}), LockSetId());
  EXPECT_TRUE(Get({}).empty());
}

TEST_F(LockSetsTest, KeepsOrderStacksAndSharing) {
  const Locks locks = {{0x20, {7}, false}, {0x10, {8}, true}};
  EXPECT_EQ(Get(Intern(locks)), locks);
}

TEST_F(LockSetsTest, EqualSetsHaveOneId) {
  const LockSetId id = Intern({{0x10, {1}, false}});
  EXPECT_EQ(Intern({{0x10, {1}, false}}), id);
  EXPECT_FALSE(Intern({{0x10, {1}, true}}) == id);
  EXPECT_FALSE(Intern({{0x10, {2}, false}}) == id);
  EXPECT_FALSE(Intern({{0x18, {1}, false}}) == id);
}

TEST_F(LockSetsTest, WhenFullNothingIsKnownOfNewSets) {
  const LockSetId first = Intern({{1, {1}, false}});
  Addr mutex = 1;
  while (!(Intern({{mutex, {1}, false}}) == LockSets::kUnknown)) ++mutex;
  EXPECT_GT(mutex, 60'000u);
  EXPECT_TRUE(Get(LockSets::kUnknown).empty());
  EXPECT_EQ(Intern({{1, {1}, false}}), first);
  EXPECT_EQ(Get({static_cast<std::uint16_t>(mutex - 1)}), (Locks{{mutex - 1, {1}, false}}));
}

}  // namespace
}  // namespace hbsan
