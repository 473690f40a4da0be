#include "runtime/hooks/own_range.h"

#include <gtest/gtest.h>

#include <random>

namespace hbsan {
namespace {

constexpr Addr kMemory = 0x7f12'3456'7000;
constexpr std::size_t kCells = 24;

// Shadow of the kCells cells from kMemory on, all of whose ids are, or look like, ids of the
// present epoch.
class OwnRangeTest : public testing::Test {
 protected:
  OwnRangeTest() {
    hot_.own_first = kFullyCovered | 100;
    hot_.own_count = 10;
    hot_.write_plane =
        reinterpret_cast<std::uintptr_t>(cells_) - Shadow::Key(kMemory) / kCellBytes * sizeof(Cell);
  }
  std::size_t Prefix(std::size_t offset, std::size_t size) const {
    return OwnPrefix(hot_, AccessKind::kWrite, kMemory + offset, size);
  }
  void Fill(std::uint32_t id) {
    for (Cell& cell : cells_) cell = id;
  }

  HotState hot_;
  Cell cells_[kCells] = {};
};

TEST_F(OwnRangeTest, IsTheWholeRangeOnlyOfOwnIds) {
  for (const std::uint32_t index : {100u, 105u, 109u}) {
    Fill(kFullyCovered | index);
    EXPECT_EQ(Prefix(3, 150), 150u);
  }
  for (const std::uint32_t id : {0u, 105u, kLowCovered | 105u, kFullyCovered | 99u,
                                 kFullyCovered | 110u, kFullyCovered | 0x20000069u}) {
    Fill(id);
    EXPECT_EQ(Prefix(0, 160), 0u) << id;
  }
}

TEST_F(OwnRangeTest, IsEmptyBeforeTheFirstRecordOfAnEpoch) {
  Fill(kFullyCovered | 100);
  hot_.own_count = 0;
  EXPECT_EQ(Prefix(0, 8), 0u);
}

// Each range against each byte's cell, looked at alone.
TEST_F(OwnRangeTest, EndsBeforeTheFirstCellThatIsNotCovered) {
  std::mt19937 random(1);
  const std::uint32_t coverages[] = {kFullyCovered, kFullyCovered, kFullyCovered,
                                     kFullyCovered, kLowCovered,   kHighCovered};
  for (int trial = 0; trial < 20000; ++trial) {
    for (Cell& cell : cells_) {
      const std::uint32_t index = random() % 12 == 0 ? 110 : 100 + random() % 10;
      cell = coverages[random() % std::size(coverages)] | index;
    }
    const std::size_t offset = random() % 64;
    const std::size_t size = random() % (kCells * kCellBytes - offset);
    const std::size_t end = offset + size;
    std::size_t expected = 0;
    for (; expected < size; ++expected) {
      const std::size_t cell = (offset + expected) / kCellBytes * kCellBytes;
      const std::uint32_t id = cells_[cell / kCellBytes];
      const std::uint32_t needed =
          (offset < cell + 4 ? kLowCovered : 0) | (end > cell + 4 ? kHighCovered : 0);
      if ((id & kIndexMask) == 110 || (id & needed) != needed) break;
    }
    ASSERT_EQ(Prefix(offset, size), expected) << offset << " " << size;
  }
}

}  // namespace
}  // namespace hbsan
