// Access records: kept while a cell names them, and only then.
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "detector/testing/test_host.h"

namespace hbsan::testing {
namespace {

constexpr Addr kMemory = 0x7f00'0000'0000;

class ReclaimTest : public ::testing::Test {
 protected:
  ReclaimTest() : main_(engine_.Start(nullptr)) {}

  Detector& detector() { return engine_.detector(); }
  void Release(TestThread& t) { detector().ReleaseStore(*t.state, object_, 0); }
  // Writes [addr, +8) in `count` epochs.
  void WriteOften(TestThread& t, Addr addr, int count) {
    for (int i = 0; i < count; ++i) {
      engine_.Write(t, addr, 8);
      Release(t);
    }
  }
  std::uint64_t Records() { return detector().counters().records; }

  TestEngine engine_;
  std::unique_ptr<TestThread> main_;
  SyncObject& object_ = engine_.detector().NewSync();
};

TEST_F(ReclaimTest, OverwrittenRecordsGo) {
  WriteOften(*main_, kMemory, 10'000);
  EXPECT_GE(Records(), 10'000u);
  detector().Reclaim(nullptr);
  EXPECT_LE(Records(), 2 * Records::kChunkRecords);
}

TEST_F(ReclaimTest, ReadsOfNeighbouringBytesByTurnsGo) {
  for (const int readers : {1, 3}) {
    std::vector<std::unique_ptr<TestThread>> threads;
    for (int i = 0; i < readers; ++i) threads.push_back(engine_.Start(main_.get(), /*plane=*/0));
    for (int i = 0; i < 10'000; ++i) {
      TestThread& t = *threads[i % threads.size()];
      engine_.Read(t, kMemory, 4, 0x100);
      engine_.Read(t, kMemory + 4, 4, 0x200);
      Release(t);
    }
    detector().Reclaim(nullptr);
    EXPECT_LE(Records(), 100 * hbsan::Records::kChunkRecords) << readers;
  }
}

// Recursion over a tree has as many stacks as the tree has nodes.
TEST_F(ReclaimTest, AnEpochOfManySitesIsSoonRecordedForGood) {
  constexpr Addr kSites = 300'000;
  auto other = engine_.Start(main_.get(), /*plane=*/1);
  const auto read_all = [&] {
    for (Addr i = 0; i < kSites; ++i) {
      engine_.Read(*main_, kMemory + 8 * i, 8, i + 1);
      engine_.Read(*other, kMemory + 8 * i, 8, i + 1);
    }
  };
  const auto made = [&] { return main_->state->cursor + other->state->cursor; };
  for (int i = 0; i < 4; ++i) read_all();
  const std::uint32_t before = made();
  for (int i = 0; i < 3; ++i) read_all();
  EXPECT_EQ(made(), before);
}

// As a parser does that is alone: what it allocates is new memory each time, at so many sites that
// not all are remembered.
TEST_F(ReclaimTest, AnEpochWithoutEndIsReclaimed) {
  constexpr Addr kSites = 5'000;
  constexpr Addr kRounds = 1'000;
  for (Addr round = 0; round < kRounds; ++round) {
    for (Addr i = 0; i < kSites; ++i) engine_.Write(*main_, kMemory + 8 * i, 8, i + 1);
    detector().ResetMemory(*main_->state, kMemory, 8 * kSites);
    if (detector().ReclaimIsDue()) detector().Reclaim(nullptr);
  }
  EXPECT_LE(Records(), kSites * kRounds / 2);
}

TEST_F(ReclaimTest, AnEpochOfManySitesLeavesNoLongRangeToManyOfFew) {
  constexpr Addr kSites = 300'000;
  for (Addr i = 0; i < kSites; ++i) engine_.Write(*main_, kMemory + 8 * i, 8, i + 1);
  EXPECT_GE(Records(), kSites);
  Release(*main_);
  engine_.Write(*main_, kMemory, 8 * kSites);
  WriteOften(*main_, kMemory, 100);
  detector().Reclaim(nullptr);
  EXPECT_LE(Records(), 2 * Records::kChunkRecords);
}

// Each of the epochs leaves one record in the middle of its own.
TEST_F(ReclaimTest, LongRunsOfRecordsAreTakenAgain) {
  constexpr int kEpochs = 400;
  constexpr Addr kSites = 20'000;
  for (Addr epoch = 0; epoch < kEpochs; ++epoch) {
    for (Addr i = 0; i < kSites; ++i) {
      const bool stays = i == kSites / 2;
      engine_.Write(*main_, kMemory + 8 * (stays ? kSites + epoch : i), 8, i + 1);
    }
    Release(*main_);
    if (detector().ReclaimIsDue()) detector().Reclaim(nullptr);
  }
  EXPECT_LE(main_->state->chunk_end, kEpochs / 4 * kSites);
}

TEST_F(ReclaimTest, BecomesDueByItselfAndNotAtOnceAgain) {
  EXPECT_FALSE(detector().ReclaimIsDue());
  while (!detector().ReclaimIsDue()) WriteOften(*main_, kMemory, 1000);
  detector().Reclaim(nullptr);
  EXPECT_FALSE(detector().ReclaimIsDue());
}

TEST_F(ReclaimTest, RecordThatACellNamesSurvivesWithItsStack) {
  auto writer = engine_.Start(main_.get());
  writer->Call(0x111);
  writer->Call(0x222);
  engine_.Write(*writer, kMemory, 8, 0x333);
  Release(*writer);
  engine_.Finish(std::move(writer));
  for (int i = 0; i < 5; ++i) {
    WriteOften(*main_, kMemory + 64, 1000);
    detector().Reclaim(nullptr);
  }
  const auto race = engine_.Read(*main_, kMemory, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack),
            (std::vector<std::uintptr_t>{0x333, 0x222, 0x111}));
}

// One record in 20 stays, so that no chunk is without one.
TEST_F(ReclaimTest, FewRecordsAmongManyMoveTogetherWithTheirStacks) {
  constexpr int kCells = 25'000;
  auto writer = engine_.Start(main_.get());
  writer->Call(0x111);
  for (Addr cell = 0; cell < kCells; ++cell) {
    engine_.Write(*writer, kMemory + 8 * cell, 8, 0x1000 + cell);
    Release(*writer);
    WriteOften(*writer, kMemory + 8 * kCells, 20);
  }
  detector().Reclaim(nullptr);
  EXPECT_LE(Records(), 2 * kCells);
  for (Addr cell = 0; cell < kCells; cell += 7) {
    const auto race = engine_.Read(*main_, kMemory + 8 * cell, 8);
    ASSERT_TRUE(race) << cell;
    EXPECT_EQ(engine_.Unwind(race->previous.stack),
              (std::vector<std::uintptr_t>{0x1000 + cell, 0x111}));
  }
  engine_.Finish(std::move(writer));
}

// The same of what stands for several records, whose accesses lie far apart.
TEST_F(ReclaimTest, WhatStandsForFewRecordsAmongManyMovesWithThem) {
  constexpr Addr kCells = 12'000;
  struct Part {
    Addr offset;
    std::size_t size;
  };
  struct Form {
    const char* name;
    std::vector<Part> parts;
    std::uint32_t list_credit = 64;
  };
  const std::vector<Form> forms = {
      {"pair", {{0, 4}, {4, 4}}},
      {"patches", {{0, 2}, {2, 1}, {5, 3}}},
      {"list", {{0, 1}, {1, 1}, {2, 2}, {4, 4}}, 100'000},
      {"split", {{0, 1}, {1, 1}, {2, 2}, {4, 4}}, 0},
  };
  auto writer = engine_.Start(main_.get());
  Addr memory = kMemory;
  for (const Form& form : forms) {
    detector().Tune({.list_credit = form.list_credit});
    for (std::size_t i = 0; i < form.parts.size(); ++i) {
      const auto [offset, size] = form.parts[i];
      for (Addr cell = 0; cell < kCells; ++cell) {
        engine_.Write(*writer, memory + 8 * cell + offset, size, 0x1000 * (i + 1) + cell);
        Release(*writer);
        WriteOften(*writer, kMemory - 8, 20);
      }
    }
    const std::uint64_t before = Records();
    detector().Reclaim(nullptr);
    EXPECT_LE(Records(), before / 4) << form.name;
    for (Addr cell = 0; cell < kCells; cell += 7) {
      for (std::size_t i = 0; i < form.parts.size(); ++i) {
        const auto [offset, size] = form.parts[i];
        const auto race = engine_.Read(*main_, memory + 8 * cell + offset, size);
        ASSERT_TRUE(race) << form.name << " " << cell;
        EXPECT_EQ(engine_.Unwind(race->previous.stack),
                  std::vector<std::uintptr_t>{0x1000 * (i + 1) + cell});
      }
    }
    memory += 8 * kCells;
  }
  engine_.Finish(std::move(writer));
}

// Pairs stand among others that stay; the records of their lower halves, among many that go.
TEST_F(ReclaimTest, WhatStaysKeepsTheFewRecordsThatItNames) {
  constexpr Addr kCells = 25'000;
  auto writer = engine_.Start(main_.get());
  for (Addr cell = 0; cell < kCells; ++cell) {
    engine_.Write(*writer, kMemory + 8 * cell, 4, 0x1000 + cell);
    Release(*writer);
    WriteOften(*writer, kMemory - 8, 20);
  }
  for (Addr cell = 0; cell < kCells; ++cell) {
    engine_.Write(*writer, kMemory + 8 * cell + 4, 4, 0x2000'0000 + cell);
    Release(*writer);
  }
  detector().Reclaim(nullptr);
  WriteOften(*writer, kMemory - 8, 21 * kCells);  // in chunks that were freed
  for (Addr cell = 0; cell < kCells; cell += 7) {
    for (const auto& [half, pc] : {std::pair<Addr, Addr>{0, 0x1000}, {4, 0x2000'0000}}) {
      const auto race = engine_.Read(*main_, kMemory + 8 * cell + half, 4);
      ASSERT_TRUE(race) << cell;
      EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{pc + cell});
    }
  }
  engine_.Finish(std::move(writer));
}

// A split names records near each other, until they move to where one run of them ends.
TEST_F(ReclaimTest, RecordsOfOneSplitMoveApart) {
  constexpr Addr kCells = 200;
  constexpr Addr kBetween = 25;  // records that stay, among twice as many that go
  constexpr std::pair<Addr, std::size_t> kParts[] = {{0, 1}, {1, 1}, {2, 2}, {4, 4}};
  detector().Tune({.list_credit = 0, .always_moves = true});
  auto writer = engine_.Start(main_.get());
  Addr others = kMemory + 8 * kCells;
  const auto pc_of = [](Addr cell, Addr offset) { return 0x1000 + 8 * cell + offset; };
  for (Addr cell = 0; cell < kCells; ++cell) {
    for (const auto& [offset, size] : kParts) {
      engine_.Write(*writer, kMemory + 8 * cell + offset, size, pc_of(cell, offset));
      Release(*writer);
      for (Addr end = others + 8 * kBetween; others != end; others += 8) {
        WriteOften(*writer, others, 1);
        WriteOften(*writer, kMemory - 8, 2);
      }
    }
  }
  detector().Reclaim(nullptr);
  for (Addr cell = 0; cell < kCells; ++cell) {
    for (const auto& [offset, size] : kParts) {
      const auto race = engine_.Read(*main_, kMemory + 8 * cell + offset, size);
      ASSERT_TRUE(race) << cell;
      EXPECT_EQ(engine_.Unwind(race->previous.stack),
                std::vector<std::uintptr_t>{pc_of(cell, offset)});
    }
  }
  engine_.Finish(std::move(writer));
}

TEST_F(ReclaimTest, WhatEveryThreadKnowsGoesThoughCellsNameIt) {
  auto other = engine_.Start(main_.get());
  for (int cell = 0; cell < 10'000; ++cell) {
    engine_.Write(*main_, kMemory + 8 * cell, 8);
    Release(*main_);
  }
  detector().Reclaim(nullptr);
  EXPECT_GE(Records(), 10'000u);
  detector().NoteCommonKnowledge();
  detector().Reclaim(nullptr);
  EXPECT_GE(Records(), 10'000u) << "one thread does not know it";
  detector().Acquire(*other->state, object_);
  detector().NoteCommonKnowledge();
  detector().Reclaim(nullptr);
  EXPECT_LE(Records(), 2 * Records::kChunkRecords);
  EXPECT_FALSE(engine_.Write(*other, kMemory, 8));
}

TEST_F(ReclaimTest, WhatEveryThreadKnowsGoesFromBelowAtomicAccesses) {
  constexpr int kCells = 10'000;
  const Site store{.pc = 0x555, .kind = AccessKind::kWrite, .flavor = AccessFlavor::kAtomic};
  for (int cell = 0; cell < kCells; ++cell) {
    engine_.Write(*main_, kMemory + 8 * cell, 8);
    Release(*main_);
  }
  auto other = engine_.Start(main_.get());
  for (int cell = 0; cell < kCells; ++cell) {
    EXPECT_FALSE(engine_.Access(*other, store, kMemory + 8 * cell, 8));
    Release(*other);
  }
  detector().Reclaim(nullptr);
  EXPECT_GE(Records(), 3u * kCells);
  detector().NoteCommonKnowledge();
  detector().Reclaim(nullptr);
  EXPECT_LE(Records(), 2u * kCells + kCells / 10) << "what main wrote";
  EXPECT_FALSE(engine_.Access(*main_, store, kMemory, 8));
  const auto race = engine_.Read(*main_, kMemory + 8, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0x555});
}

TEST_F(ReclaimTest, WhatOneThreadDoesNotKnowSurvivesBelowAtomicAccesses) {
  const Site store{.pc = 0x555, .kind = AccessKind::kWrite, .flavor = AccessFlavor::kAtomic};
  auto ignorant = engine_.Start(main_.get());
  engine_.Write(*main_, kMemory, 8, 0x444);
  auto other = engine_.Start(main_.get());
  EXPECT_FALSE(engine_.Access(*other, store, kMemory, 8));
  detector().NoteCommonKnowledge();
  detector().Reclaim(nullptr);
  const auto race = engine_.Access(*ignorant, store, kMemory, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0x444});
}

TEST_F(ReclaimTest, WhatOneThreadDoesNotKnowSurvivesWithItsStack) {
  auto ignorant = engine_.Start(main_.get());
  auto other = engine_.Start(main_.get());
  engine_.Write(*main_, kMemory, 8, 0x444);
  WriteOften(*main_, kMemory + 64, 1000);
  detector().Acquire(*other->state, object_);
  detector().NoteCommonKnowledge();
  detector().Reclaim(nullptr);
  EXPECT_FALSE(engine_.Read(*other, kMemory, 8));
  const auto race = engine_.Read(*ignorant, kMemory, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0x444});
}

TEST_F(ReclaimTest, BothHalvesOfACellSurvive) {
  auto low = engine_.Start(main_.get());
  auto high = engine_.Start(main_.get());
  engine_.Write(*low, kMemory, 4, 0x111);
  engine_.Write(*high, kMemory + 4, 4, 0x222);
  detector().Reclaim(nullptr);
  WriteOften(*low, kMemory + 8192, 200);
  WriteOften(*high, kMemory + 8192 * 2, 200);
  detector().Reclaim(nullptr);
  for (const auto& [addr, pc] : {std::pair{kMemory, std::uintptr_t{0x111}}, {kMemory + 4, 0x222}}) {
    auto reader = engine_.Start(nullptr);
    const auto race = engine_.Read(*reader, addr, 4);
    ASSERT_TRUE(race);
    EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector{pc});
    engine_.Finish(std::move(reader));
  }
}

TEST_F(ReclaimTest, EveryMemberOfAListSurvives) {
  constexpr int kReaders = 20;
  std::vector<std::unique_ptr<TestThread>> readers;
  for (int r = 0; r < kReaders; ++r) {
    readers.push_back(engine_.Start(main_.get(), /*plane=*/0));
    for (int cell = 0; cell < kReaders; ++cell) {
      engine_.Read(*readers[r], kMemory + 8 * cell, 8, 0x100 + r);
    }
  }
  detector().Reclaim(nullptr);
  for (auto& reader : readers) WriteOften(*reader, kMemory + 8192, 200);
  detector().Reclaim(nullptr);
  for (int unordered = 0; unordered < kReaders; ++unordered) {
    SyncObject& reads_done = detector().NewSync();
    for (int r = 0; r < kReaders; ++r) {
      if (r != unordered) detector().Release(*readers[r]->state, reads_done, 0);
    }
    auto writer = engine_.Start(nullptr);
    detector().Acquire(*writer->state, reads_done);
    const auto race = engine_.Write(*writer, kMemory + 8 * unordered, 8);
    ASSERT_TRUE(race) << unordered;
    const std::uintptr_t pc = 0x100 + unordered;
    EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector{pc});
    engine_.Finish(std::move(writer));
  }
}

// What is marked once is not marked again for each read to come: 10^10 steps otherwise.
TEST_F(ReclaimTest, ALongListIsReadWhileItIsMarked) {
  constexpr int kReaders = 100'000;
  const auto read_often = [](void* context) {
    TestEngine& engine = *static_cast<TestEngine*>(context);
    for (int r = 0; r < kReaders; ++r) {
      auto reader = engine.Start(nullptr);
      engine.Read(*reader, kMemory, 8, 0x111);
      engine.Finish(std::move(reader));
    }
  };
  read_often(&engine_);
  engine_.host().set_wait_quiescent(read_often);
  detector().Reclaim(&engine_);
  EXPECT_GE(Records(), 3u * kReaders);
  const auto race = engine_.Write(*main_, kMemory, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0x111});
}

TEST_F(ReclaimTest, MovedHistorySurvives) {
  auto writer = engine_.Start(main_.get());
  engine_.Write(*writer, kMemory, 8, 0x333);
  detector().MoveMemory(*main_->state, kMemory, kMemory + 4096, 4096);
  WriteOften(*writer, kMemory + 64, 1000);
  detector().Reclaim(nullptr);
  WriteOften(*main_, kMemory + 128, 1000);
  EXPECT_FALSE(engine_.Read(*main_, kMemory, 8));
  const auto race = engine_.Read(*main_, kMemory + 4096, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0x333});
}

TEST_F(ReclaimTest, FinishedThreadIsForgottenWithItsLastRecord) {
  auto thread = engine_.Start(main_.get());
  ThreadDescription& description = *thread->description;
  WriteOften(*thread, kMemory, 1000);
  engine_.Finish(std::move(thread));
  detector().Reclaim(nullptr);
  EXPECT_GT(description.references, 0u);  // the last write
  detector().ResetMemory(*main_->state, kMemory, 8);
  detector().Reclaim(nullptr);
  EXPECT_EQ(description.references, 0u);
}

TEST_F(ReclaimTest, UnjoinedThreadsDoNotUseUpTids) {
  for (int i = 0; i < 2000; ++i) {
    auto thread = engine_.Start(nullptr);
    engine_.Write(*thread, kMemory, 8);
    engine_.Finish(std::move(thread));
    detector().ResetMemory(*main_->state, kMemory, 8);
    if (i % 20 == 19) detector().Reclaim(nullptr);
  }
  EXPECT_LT(detector().counters().tids, 100u);
  EXPECT_EQ(detector().counters().live_threads, 1u);
}

// The next owner of a tid does not know what its earlier owner knew, though the earlier owner's
// epochs have become its own.
TEST_F(ReclaimTest, ReusedTidDoesNotVouchForEarlierReleases) {
  SyncObject& handed_on = detector().NewSync();
  auto author = engine_.Start(main_.get());
  engine_.Write(*author, kMemory, 8);
  Release(*author);
  auto courier = engine_.Start(nullptr);
  const Tid tid = courier->state->tid;
  detector().Acquire(*courier->state, object_);
  detector().ReleaseStore(*courier->state, handed_on, 0);
  engine_.Finish(std::move(courier));
  detector().Reclaim(nullptr);

  auto heir = engine_.Start(nullptr);
  ASSERT_EQ(heir->state->tid, tid);
  engine_.Write(*heir, kMemory + 8, 8);
  Release(*heir);
  auto reader = engine_.Start(nullptr);
  detector().Acquire(*reader->state, object_);
  detector().Acquire(*reader->state, handed_on);
  EXPECT_FALSE(engine_.Read(*reader, kMemory, 8));
}

}  // namespace
}  // namespace hbsan::testing
