// Many cells at once, where they have different histories.
#include <gtest/gtest.h>

#include "detector/testing/test_host.h"

namespace hbsan::testing {
namespace {

constexpr Addr kMemory = 0x7f00'0000'0000;
constexpr std::size_t kCells = 40;

// A thread makes accesses of kind `own` to some cells, one by one, and then reads all. Another one
// writes each of them in turn, on a page of its own.
void ExpectRaceWithEachCell(AccessKind own, std::size_t own_cells) {
  TestEngine engine;
  auto main = engine.Start(nullptr, 0);
  auto other = engine.Start(main.get(), 1);
  for (std::size_t cell = 0; cell < kCells; ++cell) {
    const Addr memory = kMemory + cell * kPageBytes;
    for (std::size_t i = 0; i < own_cells; ++i) {
      const Site site{.pc = 0x111, .kind = own};
      ASSERT_FALSE(engine.Access(*main, site, memory + i * kCellBytes, kCellBytes));
    }
    ASSERT_FALSE(engine.Read(*main, memory, kCells * kCellBytes));
    const auto race = engine.Write(*other, memory + cell * kCellBytes, kCellBytes);
    ASSERT_TRUE(race) << "own: " << own_cells << ", cell " << cell;
    EXPECT_EQ(race->previous.kind, cell < own_cells ? own : AccessKind::kRead)
        << "own: " << own_cells << ", cell " << cell;
  }
}

TEST(RangeTest, ReadsWhatTheThreadWroteInPart) {
  for (std::size_t own = 0; own <= kCells; ++own) ExpectRaceWithEachCell(AccessKind::kWrite, own);
}

TEST(RangeTest, ReadsWhatTheThreadReadInPart) {
  for (std::size_t own = 0; own <= kCells; ++own) ExpectRaceWithEachCell(AccessKind::kRead, own);
}

}  // namespace
}  // namespace hbsan::testing
