// Many cells at once, where they have different histories.
#include <gtest/gtest.h>

#include "detector/testing/test_host.h"

namespace hbsan::testing {
namespace {

constexpr Addr kMemory = 0x7f00'0000'0000;
constexpr std::size_t kCells = 40;

// Another thread writes each cell in turn, of a page of its own that `prepare` was called for.
template <typename Prepare>
void ExpectRacesWithEachCell(std::size_t own_cells, AccessKind expected_of_own, Prepare prepare) {
  TestEngine engine;
  auto main = engine.Start(nullptr, 0);
  auto other = engine.Start(main.get(), 1);
  for (std::size_t i = 0; i < kCells; ++i) {
    const Addr memory = kMemory + i * kPageBytes;
    prepare(engine, *main, memory);
    const auto race = engine.Write(*other, memory + i * kCellBytes, kCellBytes);
    ASSERT_TRUE(race) << "own: " << own_cells << ", cell " << i;
    EXPECT_EQ(race->previous.kind, i < own_cells ? expected_of_own : AccessKind::kRead)
        << "own: " << own_cells << ", cell " << i;
  }
}

TEST(RangeTest, ReadsWhatTheThreadWroteInPart) {
  for (std::size_t own = 0; own <= kCells; ++own) {
    ExpectRacesWithEachCell(
        own, AccessKind::kWrite, [&](TestEngine& engine, TestThread& main, Addr memory) {
          for (std::size_t i = 0; i < own; ++i) {
            ASSERT_FALSE(engine.Write(main, memory + i * kCellBytes, kCellBytes));
          }
          ASSERT_FALSE(engine.Read(main, memory, kCells * kCellBytes));
        });
  }
}

TEST(RangeTest, ReadsWhatTheThreadReadInPart) {
  for (std::size_t own = 0; own <= kCells; ++own) {
    ExpectRacesWithEachCell(
        own, AccessKind::kRead, [&](TestEngine& engine, TestThread& main, Addr memory) {
          for (std::size_t i = 0; i < own; ++i) {
            ASSERT_FALSE(engine.Read(main, memory + i * kCellBytes, kCellBytes));
          }
          ASSERT_FALSE(engine.Read(main, memory, kCells * kCellBytes));
        });
  }
}

}  // namespace
}  // namespace hbsan::testing
