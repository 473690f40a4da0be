#include "runtime/heap_plane.h"

#include <gtest/gtest.h>

namespace hbsan {
namespace {

constexpr Addr kBase = Addr{0x5555} << 32;

class HeapPlaneTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { HeapPlane::Reserve(); }

  // Each test has its own megabytes, far from the others'.
  HeapPlaneTest() : base_(kBase + (std::size_t{1} << 28) * next_++) {}

  void Allocate(std::size_t offset, std::size_t size, std::uint32_t stack = 1) {
    HeapBlock block;
    block.begin = base_ + offset;
    block.size = size;
    block.allocated = {stack};
    block.allocated_by = 7;
    HeapPlane::MarkAllocated(block);
  }
  bool Find(std::size_t offset) { return HeapPlane::Find(base_ + offset, found_); }

  Addr base_;
  HeapBlock found_;

 private:
  static inline std::size_t next_ = 1;
};

TEST_F(HeapPlaneTest, FindsAnyByteOfABlockAndNoneBeyond) {
  for (const std::size_t size :
       {1ul, 24ul, 25ul, 40ul, 4096ul, 1ul << 20, (1ul << 20) + 5, 200ul << 20}) {
    Allocate(0, size, 42);
    for (const std::size_t inside : {std::size_t{0}, size / 2, size - 1}) {
      ASSERT_TRUE(Find(inside)) << size << " " << inside;
      EXPECT_EQ(found_.begin, base_);
      EXPECT_EQ(found_.size, size);
      EXPECT_EQ(found_.allocated.value, 42u);
      EXPECT_EQ(found_.allocated_by, 7u);
      EXPECT_FALSE(found_.freed);
    }
    EXPECT_FALSE(Find(size));
    EXPECT_EQ(HeapPlane::MarkFreed(base_), size);
  }
}

TEST_F(HeapPlaneTest, KeepsNeighboursApart) {
  for (std::uint32_t i = 0; i < 100; ++i) Allocate(i * 32, 24, i + 1);
  for (std::uint32_t i = 0; i < 100; ++i) {
    ASSERT_TRUE(Find(i * 32 + 23));
    EXPECT_EQ(found_.allocated.value, i + 1);
    EXPECT_FALSE(Find(i * 32 + 24));
  }
}

TEST_F(HeapPlaneTest, FindsAFreedBlockUntilAnotherTakesItsPlace) {
  Allocate(64, 40, 1);
  EXPECT_EQ(HeapPlane::MarkFreed(base_ + 64), 40u);
  ASSERT_TRUE(Find(70));
  EXPECT_TRUE(found_.freed);
  EXPECT_EQ(found_.allocated.value, 1u);
  Allocate(0, 200, 2);
  ASSERT_TRUE(Find(70));
  EXPECT_FALSE(found_.freed);
  EXPECT_EQ(found_.allocated.value, 2u);
}

TEST_F(HeapPlaneTest, LiveBlockWinsOverWhatIsLeftOfSmallerOnes) {
  for (std::size_t i = 0; i < 64; ++i) Allocate(i * 32, 24);
  for (std::size_t i = 0; i < 64; ++i) HeapPlane::MarkFreed(base_ + i * 32);
  Allocate(0, 2000, 9);
  for (std::size_t offset = 0; offset < 2000; ++offset) {
    ASSERT_TRUE(Find(offset));
    EXPECT_EQ(found_.allocated.value, 9u);
  }
}

// Words of a new block that begins within the words of an old one.
TEST_F(HeapPlaneTest, OverwrittenMarksAreNoBlocks) {
  Allocate(0, 40, 1);
  HeapPlane::MarkFreed(base_);
  Allocate(16, 100, 2);
  EXPECT_FALSE(Find(0));
  ASSERT_TRUE(Find(20));
  EXPECT_EQ(found_.allocated.value, 2u);
  HeapPlane::MarkFreed(base_ + 16);
  Allocate(0, 24, 3);
  ASSERT_TRUE(Find(5));
  EXPECT_EQ(found_.allocated.value, 3u);
  EXPECT_FALSE(Find(50));
}

TEST_F(HeapPlaneTest, LargeBlockIsFoundFromFarInside) {
  Allocate(0, 100 << 20, 5);
  ASSERT_TRUE(Find((100 << 20) - 1));
  EXPECT_EQ(found_.begin, base_);
  HeapPlane::MarkFreed(base_);
  ASSERT_TRUE(Find(50 << 20));
  EXPECT_TRUE(found_.freed);
  Allocate(0, 24);
  EXPECT_FALSE(Find(50 << 20));
}

TEST_F(HeapPlaneTest, EmptyBlocksHoldNothing) {
  Allocate(0, 0);
  EXPECT_FALSE(Find(0));
  EXPECT_EQ(HeapPlane::MarkFreed(base_), 0u);
}

}  // namespace
}  // namespace hbsan
