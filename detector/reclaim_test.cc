// Access records: kept while a cell names them, and only then.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <vector>

#include "detector/testing/stepped_reclaim.h"
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

TEST_F(ReclaimTest, WhatWasKeptOnceGoesWithTheOldOnes) {
  constexpr Addr kCells = 10'000;
  for (Addr cell = 0; cell < kCells; ++cell) WriteOften(*main_, kMemory + 8 * cell, 1);
  detector().Reclaim(nullptr, /*old_too=*/false);
  detector().ResetMemory(*main_->state, kMemory, 8 * kCells);
  detector().Reclaim(nullptr, /*old_too=*/false);
  EXPECT_GE(Records(), kCells);
  detector().Reclaim(nullptr, /*old_too=*/true);
  EXPECT_LE(Records(), 2 * Records::kChunkRecords);
}

TEST_F(ReclaimTest, OldOnesAreDueWhenThereAreManyMore) {
  Addr end = kMemory;
  const auto write_new_cells = [&] {
    for (int i = 0; i < 10'000; ++i, end += 8) WriteOften(*main_, end, 1);
  };
  write_new_cells();
  detector().Reclaim(nullptr);
  const std::uint64_t before = Records();
  EXPECT_FALSE(detector().OldAreDue());
  WriteOften(*main_, kMemory, 20'000);
  detector().Reclaim(nullptr, /*old_too=*/false);
  EXPECT_FALSE(detector().OldAreDue()) << "what goes does not count";
  while (!detector().OldAreDue()) {
    write_new_cells();
    detector().Reclaim(nullptr, /*old_too=*/false);
    ASSERT_LE(Records(), 50 * before);
  }
  detector().ResetMemory(*main_->state, kMemory, end - kMemory);
  detector().Reclaim(nullptr, detector().OldAreDue());
  EXPECT_LE(Records(), 2 * Records::kChunkRecords);
}

// Each way that a record gets into a cell of a page that was passed over, while its chunk is in use
// (`at_once`) or after that.
TEST_F(ReclaimTest, WhatComesIntoAPageThatWasPassedOverStays) {
  constexpr Addr kCell = kMemory + 512;
  struct Way {
    const char* name;
    std::function<void(TestThread&)> change;
    Addr raced = kCell;
  };
  const auto access = [this](AccessKind kind, AccessFlavor flavor, Addr addr, std::size_t size) {
    return [=, this](TestThread& t) {
      engine_.Access(t, {.pc = 0x333, .kind = kind, .flavor = flavor}, addr, size);
    };
  };
  using enum AccessKind;
  using enum AccessFlavor;
  constexpr Addr kEmpty = kMemory + 2048;
  constexpr Addr kElsewhere = kMemory + 4 * 4096;
  const std::vector<Way> ways = {
      {"write", access(kWrite, kPlain, kCell, 8)},
      {"write of a half", access(kWrite, kPlain, kCell, 4)},
      {"write of a byte", access(kWrite, kPlain, kCell + 1, 1), kCell + 1},
      {"first write of a byte", access(kWrite, kPlain, kEmpty, 1), kEmpty},
      {"write across", access(kWrite, kPlain, kCell - 4, 8)},
      {"write of three", access(kWrite, kPlain, kCell - 8, 24)},
      {"write of a few", access(kWrite, kPlain, kCell - 8, 64)},
      {"write of a range", access(kWrite, kPlain, kCell - 8, 160)},
      {"atomic write", access(kWrite, kAtomic, kCell, 8)},
      {"read", access(kRead, kPlain, kCell, 8)},
      {"read of a half", access(kRead, kPlain, kCell, 4)},
      {"read of a byte", access(kRead, kPlain, kCell + 1, 1), kCell + 1},
      {"first read of a byte", access(kRead, kPlain, kEmpty, 1), kEmpty},
      {"read of three", access(kRead, kPlain, kCell - 8, 24)},
      {"read of a few", access(kRead, kPlain, kCell - 8, 64)},
      {"read of a range", access(kRead, kPlain, kCell - 8, 160)},
      {"atomic read", access(kRead, kAtomic, kCell, 8)},
      {"move",
       [this](TestThread& t) {
         engine_.Write(t, kElsewhere, 8, 0x333);
         detector().MoveMemory(*t.state, kElsewhere, kCell, 8);
       }},
  };
  for (const auto [at_once, in_full] : {std::pair{false, false}, {false, true}, {true, false}}) {
    for (const Way& way : ways) {
      SCOPED_TRACE(way.name);
      const auto keep = [&] { detector().Reclaim(nullptr, /*old_too=*/false); };
      engine_.Write(*main_, kMemory, 1024, 0x111);
      engine_.Read(*main_, kMemory, 1024, 0x222);
      for (int i = 0; i < 2; ++i) {
        WriteOften(*main_, kElsewhere + 4096, 100);
        keep();
      }
      auto writer = engine_.Start(main_.get());
      if (in_full) writer->accesses = 3;
      way.change(*writer);
      if (at_once) keep();
      for (int i = 0; i < 2; ++i) {
        WriteOften(*writer, kElsewhere + 64, 4000);  // in chunks that were freed
        keep();
      }
      const auto race = engine_.Write(*main_, way.raced, 1);
      ASSERT_TRUE(race);
      EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0x333});
      engine_.Finish(std::move(writer));
      detector().ResetMemory(*main_->state, kMemory, 8 * 4096);
    }
  }
}

// What is left of a cell is recorded anew where part of its memory is.
TEST_F(ReclaimTest, TheRestOfACellInAPageThatWasPassedOverStays) {
  auto writer = engine_.Start(nullptr);
  engine_.Write(*writer, kMemory, 8, 0x333);
  for (int i = 0; i < 2; ++i) {
    WriteOften(*writer, kMemory + 4096, 100);
    detector().Reclaim(nullptr, /*old_too=*/false);
  }
  detector().ResetMemory(*main_->state, kMemory, 3);
  WriteOften(*main_, kMemory + 2 * 4096, 1000);
  for (int i = 0; i < 2; ++i) {
    detector().Reclaim(nullptr, /*old_too=*/false);
    WriteOften(*main_, kMemory + 2 * 4096, 1000);
  }
  EXPECT_FALSE(engine_.Read(*main_, kMemory, 3));
  const auto race = engine_.Read(*main_, kMemory + 3, 1);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0x333});
  engine_.Finish(std::move(writer));
}

TEST_F(ReclaimTest, WhatIsPutIntoASplitThatStaysStaysToo) {
  detector().Tune({.list_credit = 0});
  for (int byte = 0; byte < 6; ++byte) {
    engine_.Write(*main_, kMemory + byte, 1, 0x100 + byte);
    Release(*main_);
  }
  auto first = engine_.Start(main_.get());
  auto second = engine_.Start(main_.get());
  WriteOften(*first, kMemory + 4096, 10'000);
  engine_.Write(*first, kMemory + 1, 1);
  const auto keep_twice = [&] {
    for (int i = 0; i < 2; ++i) {
      WriteOften(*second, kMemory + 2 * 4096, 10'000);
      detector().Reclaim(nullptr, /*old_too=*/false);
    }
  };
  keep_twice();
  WriteOften(*second, kMemory + 2 * 4096, 1000);  // the next record is not next to a kept one
  engine_.Write(*second, kMemory + 2, 1, 0x333);
  keep_twice();
  const auto race = engine_.Write(*main_, kMemory + 2, 1);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0x333});
  engine_.Finish(std::move(first));
  engine_.Finish(std::move(second));
}

TEST_F(ReclaimTest, TheLastReadByTurnsStays) {
  detector().Tune({.turn_credit = 0});
  auto first = engine_.Start(main_.get(), /*plane=*/0);
  auto second = engine_.Start(main_.get(), /*plane=*/0);
  for (int i = 0; i < 16; ++i) {  // each of them twice
    TestThread& t = i % 4 < 2 ? *first : *second;
    engine_.Read(t, kMemory, 8);
    Release(t);
  }
  const auto keep_twice = [&] {
    for (int i = 0; i < 2; ++i) {
      WriteOften(*first, kMemory + 4096, 10'000);
      detector().Reclaim(nullptr, /*old_too=*/false);
    }
  };
  keep_twice();
  SyncObject& reads_done = detector().NewSync();
  for (TestThread* t : {first.get(), second.get()}) detector().Release(*t->state, reads_done, 0);
  WriteOften(*first, kMemory + 4096, 1000);  // the next record is not next to a kept one
  engine_.Read(*first, kMemory, 8, 0x333);
  keep_twice();
  detector().Acquire(*main_->state, reads_done);
  const auto race = engine_.Write(*main_, kMemory, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0x333});
  engine_.Finish(std::move(first));
  engine_.Finish(std::move(second));
}

// The numbers of cycles come again after 255.
TEST_F(ReclaimTest, AListThatWasKeptForLongIsMarkedWithWhatItNames) {
  constexpr int kReaders = 6;
  std::vector<std::unique_ptr<TestThread>> readers;
  for (int r = 0; r < kReaders; ++r) {
    readers.push_back(engine_.Start(main_.get(), /*plane=*/0));
    engine_.Read(*readers[r], kMemory, 8 * kReaders, 0x100 + r);
    WriteOften(*readers[r], kMemory + 4096 * (r + 1), 1000);
  }
  auto late = engine_.Start(main_.get(), /*plane=*/0);
  for (int cycle = 0; cycle < 2 * 255; ++cycle) {
    detector().Reclaim(nullptr, /*old_too=*/cycle % 255 == 0);
  }
  SteppedReclaim of_all(engine_);
  of_all.Step(/*old_too=*/true);
  engine_.Read(*late, kMemory, 8 * kReaders);  // before the walk comes to the list
  of_all.Finish();
  for (int r = 0; r < kReaders; ++r) WriteOften(*readers[r], kMemory + 4096 * (r + 1), 1000);
  for (int unordered = 0; unordered < kReaders; ++unordered) {
    SyncObject& reads_done = detector().NewSync();
    for (int r = 0; r < kReaders; ++r) {
      if (r != unordered) detector().Release(*readers[r]->state, reads_done, 0);
    }
    detector().Release(*late->state, reads_done, 0);
    auto writer = engine_.Start(nullptr);
    detector().Acquire(*writer->state, reads_done);
    const auto race = engine_.Write(*writer, kMemory + 8 * unordered, 8);
    ASSERT_TRUE(race) << unordered;
    const std::uintptr_t pc = 0x100 + unordered;
    EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector{pc});
    engine_.Finish(std::move(writer));
  }
  for (auto& reader : readers) engine_.Finish(std::move(reader));
  engine_.Finish(std::move(late));
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
