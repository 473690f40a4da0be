#include "detector/stack_depot.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "detector/testing/test_host.h"

namespace hbsan {
namespace {

using Pcs = std::vector<std::uintptr_t>;

class StackDepotTest : public ::testing::Test {
 protected:
  StackDepotTest() { depot_.Init(host_.host(), 18); }

  StackId Intern(const Pcs& outermost_first) {
    StackId stack;
    for (const std::uintptr_t pc : outermost_first) stack = depot_.Push(stack, pc);
    return stack;
  }
  Pcs Unwind(StackId stack, std::size_t capacity = 100) {
    Pcs pcs(capacity);
    pcs.resize(depot_.Unwind(stack, pcs.data(), capacity));
    return pcs;
  }

  testing::TestHost host_;
  StackDepot depot_;
};

TEST_F(StackDepotTest, EmptyStackHasNoFrames) { EXPECT_EQ(Unwind({}), Pcs()); }

TEST_F(StackDepotTest, UnwindsInnermostFirst) {
  EXPECT_EQ(Unwind(Intern({1, 2, 3})), (Pcs{3, 2, 1}));
}

TEST_F(StackDepotTest, UnwindStopsAtCapacity) {
  EXPECT_EQ(Unwind(Intern({1, 2, 3}), 2), (Pcs{3, 2}));
}

TEST_F(StackDepotTest, EqualStacksHaveOneId) {
  const StackId stack = Intern({1, 2, 3});
  const std::uint32_t size = depot_.size();
  EXPECT_EQ(Intern({1, 2, 3}), stack);
  EXPECT_EQ(depot_.size(), size);
  EXPECT_FALSE(Intern({1, 3, 2}) == stack);
  EXPECT_FALSE(Intern({2, 3}) == stack);
  EXPECT_FALSE(Intern({1, 2, 3, 3}) == stack);
}

TEST_F(StackDepotTest, FramesCacheTheirNodes) {
  Frame frames[] = {{1, 0, 0}, {2, 0, 0}, {3, 0, 0}};
  const StackId stack = depot_.Intern(frames, frames + 3);
  EXPECT_EQ(Unwind(stack), (Pcs{3, 2, 1}));
  EXPECT_EQ(frames[2].node, stack.value);
  EXPECT_EQ(depot_.Intern(frames, frames + 2).value, frames[1].node);

  frames[2] = {4, 0, 0};  // returned, and called from elsewhere
  EXPECT_EQ(Unwind(depot_.Intern(frames, frames + 3)), (Pcs{4, 2, 1}));
  EXPECT_EQ(depot_.Intern(frames, frames), StackId());
}

TEST_F(StackDepotTest, ManyStacksStayApart) {
  constexpr std::uintptr_t kCount = 20'000;
  std::vector<StackId> stacks;
  for (std::uintptr_t i = 0; i < kCount; ++i) stacks.push_back(Intern({i % 7, i, i * 4096}));
  for (std::uintptr_t i = 0; i < kCount; ++i) {
    ASSERT_EQ(Unwind(stacks[i]), (Pcs{i * 4096, i, i % 7}));
    ASSERT_EQ(Intern({i % 7, i, i * 4096}), stacks[i]);
  }
}

TEST_F(StackDepotTest, SoManyStacksThatTheyFillSeveralTablesStayApart) {
  constexpr std::uintptr_t kCount = 700'000;
  std::vector<StackId> stacks;
  for (std::uintptr_t i = 0; i < kCount; ++i) stacks.push_back(depot_.Push({}, i));
  EXPECT_EQ(depot_.size(), kCount);
  for (std::uintptr_t i = 0; i < kCount; ++i) ASSERT_EQ(depot_.Push({}, i), stacks[i]);
  EXPECT_EQ(depot_.size(), kCount);
}

TEST_F(StackDepotTest, ThreadsThatInternTheSameStacksGetTheSameIds) {
  constexpr int kStacks = 20'000;
  std::vector<StackId> found[2];
  std::vector<std::thread> threads;
  for (auto& ids : found) {
    threads.emplace_back([&] {
      for (std::uintptr_t i = 0; i < kStacks; ++i) ids.push_back(depot_.Push({}, i % 5000 + 1));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(found[0], found[1]);
}

}  // namespace
}  // namespace hbsan
