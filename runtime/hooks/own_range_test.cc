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
    hot_.write_plane = PlaneOf(cells_);
    hot_.read_plane = PlaneOf(read_);
  }
  static std::uintptr_t PlaneOf(const Cell* cells) {
    return reinterpret_cast<std::uintptr_t>(cells) -
           Shadow::Key(kMemory) / kCellBytes * sizeof(Cell);
  }
  std::size_t Prefix(std::size_t offset, std::size_t size,
                     AccessKind kind = AccessKind::kWrite) const {
    return OwnPrefix(hot_, kind, kMemory + offset, size);
  }
  void Fill(std::uint32_t id) {
    for (Cell& cell : cells_) cell = id;
  }

  HotState hot_;
  Cell cells_[kCells] = {};  // of writes
  Cell read_[kCells] = {};
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
  const auto fill = [&](Cell* cells, unsigned holes) {
    for (std::size_t i = 0; i < kCells; ++i) {
      const std::uint32_t index = random() % holes == 0 ? 110 : 100 + random() % 10;
      cells[i] = coverages[random() % std::size(coverages)] | index;
    }
  };
  const auto covers = [](std::uint32_t id, std::uint32_t needed) {
    return (id & kIndexMask) != 110 && (id & needed) == needed;
  };
  for (int trial = 0; trial < 20000; ++trial) {
    const bool reads = trial % 2 == 1;
    fill(cells_, reads ? 3 : 12);
    fill(read_, 3);
    const std::size_t offset = random() % 64;
    const std::size_t size = random() % (kCells * kCellBytes - offset);
    const std::size_t end = offset + size;
    std::size_t expected = 0;
    for (; expected < size; ++expected) {
      const std::size_t cell = (offset + expected) / kCellBytes * kCellBytes;
      const std::size_t i = cell / kCellBytes;
      const std::uint32_t needed =
          (offset < cell + 4 ? kLowCovered : 0) | (end > cell + 4 ? kHighCovered : 0);
      if (!covers(cells_[i], needed) && !(reads && covers(read_[i], needed))) break;
    }
    const AccessKind kind = reads ? AccessKind::kRead : AccessKind::kWrite;
    ASSERT_EQ(Prefix(offset, size, kind), expected) << reads << " " << offset << " " << size;
  }
}

TEST_F(OwnRangeTest, ReadsAreCoveredByWritesButNotTheOtherWayRound) {
  Fill(kFullyCovered | 105);
  EXPECT_EQ(Prefix(3, 150, AccessKind::kRead), 150u);
  Fill(0);
  for (Cell& cell : read_) cell = kFullyCovered | 105;
  EXPECT_EQ(Prefix(3, 150, AccessKind::kRead), 150u);
  EXPECT_EQ(Prefix(3, 150, AccessKind::kWrite), 0u);
}

}  // namespace
}  // namespace hbsan
