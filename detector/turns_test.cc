// Threads that access a variable by turns: what random traces seldom or never come across.
#include "detector/turns.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include "detector/testing/squad.h"
#include "detector/testing/test_host.h"

namespace hbsan::testing {
namespace {

constexpr Addr kMemory = 0x7f00'0000'0000;

class WritersTest : public ::testing::Test {
 protected:
  WritersTest() : a_(engine_.Start(nullptr, 0)), b_(engine_.Start(nullptr, 1)) {}

  Detector& detector() { return engine_.detector(); }
  // Each store is of an epoch of its own, which nobody knows of.
  void Store(TestThread& t, Addr addr, std::uintptr_t pc, std::size_t size = 8) {
    const Site site{.pc = pc, .kind = AccessKind::kWrite, .flavor = AccessFlavor::kAtomic};
    EXPECT_FALSE(engine_.Access(t, site, addr, size));
    detector().Release(*t.state, unheard_, 0);
  }
  // Both are among the writers from the third store on.
  void StoreByTurns(Addr addr, std::size_t size = 8) {
    for (int i = 0; i < 2; ++i) {
      Store(*a_, addr, 0xa, size);
      Store(*b_, addr, 0xb, size);
    }
  }
  void Order(TestThread& first, TestThread& second) {
    SyncObject& edge = detector().NewSync();
    detector().ReleaseStore(*first.state, edge, 0);
    detector().Acquire(*second.state, edge);
    detector().DeleteSync(*second.state, edge);
  }

  TestEngine engine_;
  std::unique_ptr<TestThread> a_, b_;
  SyncObject& unheard_ = engine_.detector().NewSync();
};

TEST_F(WritersTest, AStoreToOneVariableIsNoneToAnotherOfTheSameHistory) {
  constexpr Addr kOthers[] = {kMemory + 8, kMemory + 16, kMemory + 24};
  const Site store_a{.pc = 0xa, .kind = AccessKind::kWrite, .flavor = AccessFlavor::kAtomic};
  const Site store_b{.pc = 0xb, .kind = AccessKind::kWrite, .flavor = AccessFlavor::kAtomic};
  for (const Addr addr : kOthers) engine_.Access(*a_, store_a, addr, 8);
  for (const Addr addr : kOthers) engine_.Access(*b_, store_b, addr, 8);
  auto reader = engine_.Start(nullptr, 2);
  Order(*a_, *reader);
  Order(*b_, *reader);
  Store(*b_, kOthers[1], 0xb);
  EXPECT_FALSE(engine_.Read(*reader, kOthers[0], 8));
  EXPECT_TRUE(engine_.Read(*reader, kOthers[1], 8));
  EXPECT_FALSE(engine_.Read(*reader, kOthers[2], 8));
}

TEST_F(WritersTest, GoroutinesOfOneWorkerHaveWritersOfTheirOwn) {
  auto reader = engine_.Start(nullptr, 2);
  StoreByTurns(kMemory);
  Order(*a_, *reader);
  detector().Suspend(*b_->state);
  Store(*a_, kMemory, 0xaa);
  detector().Suspend(*a_->state);
  detector().Resume(*b_->state, *a_->hot, 0);
  Store(*b_, kMemory, 0xb);
  Order(*b_, *reader);
  const auto race = engine_.Read(*reader, kMemory, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0xaa});
}

TEST_F(WritersTest, AStoreToAHalfWithBytesOfItsOwnKeepsTheOthers) {
  detector().Tune({.list_credit = 0});
  auto c = engine_.Start(nullptr, 2);
  auto reader = engine_.Start(nullptr, 3);
  EXPECT_FALSE(engine_.Write(*a_, kMemory + 5, 3));
  for (TestThread* other : {b_.get(), c.get(), reader.get()}) Order(*a_, *other);
  Store(*a_, kMemory, 0xa, 4);
  Store(*a_, kMemory + 4, 0xaa, 4);
  Store(*b_, kMemory + 4, 0xb, 4);
  Store(*c, kMemory + 4, 0xc, 4);
  Order(*b_, *reader);
  Order(*c, *reader);
  const auto race = engine_.Read(*reader, kMemory + 4, 4);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0xaa});
}

TEST_F(WritersTest, MoreThreadsThanStandInAListAreAllFound) {
  constexpr int kThreads = 3 * Turn::kMostWriters;
  std::vector<std::unique_ptr<TestThread>> threads;
  for (int i = 0; i < kThreads; ++i) threads.push_back(engine_.Start(nullptr, i));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < kThreads; ++i) Store(*threads[i], kMemory, 0x100 + i, 4);
  }
  for (int unknown = 0; unknown < kThreads; ++unknown) {
    auto reader = engine_.Start(nullptr, unknown);
    for (int i = 0; i < kThreads; ++i) {
      if (i != unknown) Order(*threads[i], *reader);
    }
    const auto race = engine_.Read(*reader, kMemory, 4);
    ASSERT_TRUE(race);
    EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0x100u + unknown});
    Store(*threads[unknown], kMemory + 8, 0x100);
  }
}

TEST_F(WritersTest, WhatEveryThreadKnowsGoes) {
  for (int i = 0; i < 10'000; ++i) StoreByTurns(kMemory + 8 * i);
  Order(*a_, *b_);
  Order(*b_, *a_);
  detector().NoteCommonKnowledge();
  detector().Reclaim(nullptr);
  EXPECT_LE(detector().counters().records, 4 * Records::kChunkRecords);
  EXPECT_FALSE(engine_.Write(*a_, kMemory, 8));
}

TEST_F(WritersTest, WhatOneThreadDoesNotKnowStays) {
  auto ignorant = engine_.Start(nullptr, 2);
  const auto close_chunks = [this] {
    for (int i = 1; i < 1000; ++i) StoreByTurns(kMemory + 8 * i);
  };
  StoreByTurns(kMemory);
  close_chunks();
  Order(*a_, *b_);
  Order(*b_, *a_);
  Order(*b_, *ignorant);
  Store(*a_, kMemory, 0xaa);
  close_chunks();
  Order(*a_, *b_);
  detector().NoteCommonKnowledge();
  detector().Reclaim(nullptr);
  const auto race = engine_.Read(*ignorant, kMemory, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0xaa});
}

// (what the plain access is, its size)
class WritersParallelTest : public WritersTest,
                            public ::testing::WithParamInterface<std::tuple<AccessKind, int>> {};

// One of two writers stores once more while a third thread, ordered after all stores but that one,
// makes a plain access.
TEST_P(WritersParallelTest, StoreRacesWithASimultaneousPlainAccess) {
  const auto [kind, size] = GetParam();
  constexpr int kTrials = 10'000;
  auto other = engine_.Start(nullptr, 2);
  SpinBarrier ready(2);
  std::vector<std::optional<Race>> races[2];
  for (auto& found : races) found.resize(kTrials);
  RunTogether(2, kTrials, [&, kind = kind, size = size](int w, int trial) {
    const Addr addr = kMemory + 512 * trial;
    if (w == 0) {
      if (trial % 4 == 1) engine_.Write(*a_, addr + 4, 4);
      StoreByTurns(addr, trial % 2 == 0 ? 8 : 4);
      Order(*a_, *other);
      Order(*b_, *other);
    }
    ready.Wait();
    const Site site{.pc = 0xa, .kind = AccessKind::kWrite, .flavor = AccessFlavor::kAtomic};
    races[w][trial] = w == 0 ? engine_.Access(*a_, site, addr, trial % 2 == 0 ? 8 : 4)
                             : engine_.Access(*other, {.pc = 0xc, .kind = kind}, addr,
                                              static_cast<std::size_t>(size));
  });
  for (int trial = 0; trial < kTrials; ++trial) {
    ASSERT_TRUE(races[0][trial] || races[1][trial]) << "missed in trial " << trial;
    for (int w = 0; w < 2; ++w) {
      if (!races[w][trial]) continue;
      const std::uintptr_t previous = w == 0 ? 0xc : 0xa;
      EXPECT_EQ(engine_.Unwind(races[w][trial]->previous.stack), std::vector{previous});
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, WritersParallelTest,
                         ::testing::Combine(::testing::Values(AccessKind::kRead,
                                                              AccessKind::kWrite),
                                            ::testing::Values(1, 4, 8, 256)));

// Threads of one plane read by turns, each in ever new epochs.
class ReadersTest : public ::testing::Test {
 protected:
  static constexpr int kReaders = 3;

  ReadersTest() {
    engine_.detector().Tune({.turn_credit = 0});
    for (auto& reader : readers_) reader = engine_.Start(nullptr, 0);
  }
  void Read(int i, Addr addr, std::uintptr_t pc, std::size_t size = 8) {
    EXPECT_FALSE(engine_.Read(*readers_[i], addr, size, pc));
  }
  // Whoever acquires it knows of all reads up to now.
  SyncObject& EndEpoch(int i) {
    engine_.detector().Release(*readers_[i]->state, *ends_[i], 0);
    return *ends_[i];
  }
  void ReadByTurns(Addr addr, std::size_t size = 8) {
    for (int round = 0; round < 4; ++round) {
      for (int i = 0; i < kReaders; ++i) {
        Read(i, addr, 0x10 + i, size);
        EndEpoch(i);
        Read(i, addr, 0x10 + i, size);
        EndEpoch(i);
      }
    }
  }
  // By a thread that knows all reads so far but those of one reader's present epoch.
  std::optional<Race> WriteIgnoring(int unknown, Addr addr, std::size_t size = 8) {
    auto writer = engine_.Start(nullptr, 1);
    for (int i = 0; i < kReaders; ++i) {
      if (i != unknown) engine_.detector().Acquire(*writer->state, EndEpoch(i));
    }
    engine_.detector().Acquire(*writer->state, *ends_[unknown]);
    auto race = engine_.Write(*writer, addr, size);
    engine_.Finish(std::move(writer));
    return race;
  }

  TestEngine engine_;
  std::unique_ptr<TestThread> readers_[kReaders];
  SyncObject* ends_[kReaders] = {&engine_.detector().NewSync(), &engine_.detector().NewSync(),
                                 &engine_.detector().NewSync()};
};

TEST_F(ReadersTest, EachOnesLastReadIsKept) {
  for (const std::size_t size : {4, 8}) {
    for (int unknown = 0; unknown < kReaders; ++unknown) {
      const Addr addr = kMemory + 64 * size + 8 * unknown;
      ReadByTurns(addr, size);
      Read(unknown, addr, 0xaa, size);
      const auto race = WriteIgnoring(unknown, addr, size);
      ASSERT_TRUE(race);
      EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0xaa});
    }
  }
}

TEST_F(ReadersTest, AReadOfOneVariableIsNoneOfAnotherThatIsReadAlike) {
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < kReaders; ++i) {
      for (int variable = 0; variable < 3; ++variable) Read(i, kMemory + 8 * variable, 0x10);
      EndEpoch(i);
    }
  }
  Read(1, kMemory + 8, 0xaa);
  EXPECT_FALSE(WriteIgnoring(1, kMemory));
  EXPECT_TRUE(WriteIgnoring(1, kMemory + 8));
  EXPECT_FALSE(WriteIgnoring(1, kMemory + 16));
}

TEST_F(ReadersTest, WhatIsReadAgainInAnEpochIsSeenByTheInlineCheck) {
  engine_.detector().Tune({.turn_credit = 4});
  ReadByTurns(kMemory);
  const Cell& cell = *engine_.detector().shadow().ReadCell(0, kMemory);
  const HotState& hot = *readers_[0]->hot;
  const auto is_own = [&] { return cell.load() - hot.own_first < hot.own_count; };
  Read(0, kMemory, 0x10);
  EXPECT_FALSE(is_own());
  for (int i = 0; i < 200; ++i) Read(0, kMemory, 0x10);
  EXPECT_TRUE(is_own());
  EXPECT_TRUE(WriteIgnoring(0, kMemory));
}

// What stands below readers when something else takes their place.
TEST_F(ReadersTest, APlainReadStaysBelowALaterAtomicOne) {
  Read(1, kMemory, 0x11);
  Read(0, kMemory, 0xaa);
  EndEpoch(0);
  const Site load{.pc = 0xb, .kind = AccessKind::kRead, .flavor = AccessFlavor::kAtomic};
  EXPECT_FALSE(engine_.Access(*readers_[0], load, kMemory, 8));
  for (int i = 0; i < 3; ++i) {
    EndEpoch(2);
    Read(2, kMemory, 0x12);
  }
  Read(1, kMemory, 0x11, 4);
  auto writer = engine_.Start(nullptr, 1);
  for (int i = 1; i < kReaders; ++i) engine_.detector().Acquire(*writer->state, EndEpoch(i));
  const Site store{.pc = 0xc, .kind = AccessKind::kWrite, .flavor = AccessFlavor::kAtomic};
  const auto race = engine_.Access(*writer, store, kMemory, 8);
  ASSERT_TRUE(race);
  EXPECT_EQ(engine_.Unwind(race->previous.stack), std::vector<std::uintptr_t>{0xaa});
}

TEST_F(ReadersTest, OfManyReadersEachOnesLastReadIsKept) {
  constexpr int kMany = 40;
  std::unique_ptr<TestThread> many[kMany];
  SyncObject* ends[kMany];
  for (int i = 0; i < kMany; ++i) {
    many[i] = engine_.Start(nullptr, 0);
    ends[i] = &engine_.detector().NewSync();
  }
  const auto end_epoch = [&](int i) { engine_.detector().Release(*many[i]->state, *ends[i], 0); };
  for (int unknown = 0; unknown < kMany; ++unknown) {
    const Addr addr = kMemory + 8 * unknown;
    for (int round = 0; round < 4; ++round) {
      for (int i = 0; i < 2 * kMany; ++i) {
        const int reader = i / 2;
        end_epoch(reader);
        const std::size_t size = (round + reader) % 11 == 10 ? 4 : 8;
        EXPECT_FALSE(engine_.Read(*many[reader], addr, size, 0x100 + reader));
      }
    }
    auto writer = engine_.Start(nullptr, 1);
    for (int i = 0; i < kMany; ++i) {
      if (i != unknown) end_epoch(i);
      engine_.detector().Acquire(*writer->state, *ends[i]);
    }
    ASSERT_TRUE(engine_.Write(*writer, addr, 4)) << "missed thread " << unknown;
    engine_.Finish(std::move(writer));
  }
}

TEST_F(ReadersTest, AnAtomicWriteRacesWithThem) {
  ReadByTurns(kMemory);
  Read(2, kMemory, 0xaa);
  auto writer = engine_.Start(nullptr, 1);
  for (int i = 0; i < 2; ++i) engine_.detector().Acquire(*writer->state, EndEpoch(i));
  const Site store{.pc = 0xb, .kind = AccessKind::kWrite, .flavor = AccessFlavor::kAtomic};
  EXPECT_TRUE(engine_.Access(*writer, store, kMemory, 8));
}

TEST_F(ReadersTest, ReadsOfOtherSizesStandBeside) {
  for (const std::size_t size : {1, 2, 4}) {
    for (int unknown = 0; unknown < 2; ++unknown) {
      const Addr addr = kMemory + 64 * size + 8 * unknown;
      ReadByTurns(addr);
      Read(0, addr, 0xaa, size);
      Read(1, addr + 8 - size, 0xbb, size);
      EXPECT_TRUE(WriteIgnoring(unknown, addr + 7 * unknown, 1));
    }
  }
}

// Otherwise the read of both halves goes on for ever.
TEST_F(ReadersTest, AReadOfBothHalvesFindsThemInOne) {
  const Site load{.pc = 0xa, .kind = AccessKind::kRead, .flavor = AccessFlavor::kAtomic};
  EXPECT_FALSE(engine_.Access(*readers_[0], load, kMemory, 16));
  EndEpoch(0);
  EXPECT_FALSE(engine_.Access(*readers_[0], load, kMemory, 4));
  Read(1, kMemory, 0x11);
  ReadByTurns(kMemory + 4, 4);
  Read(0, kMemory, 0xaa);
  EXPECT_TRUE(WriteIgnoring(0, kMemory + 4, 4));
}

// Two of them read at the same time, now and then something else than before; one knows what the
// other read but for the last time. Then a third thread writes that knows all but one's last read.
TEST_F(ReadersTest, NoneOfSimultaneousReadsIsLost) {
  constexpr int kTrials = 3000;
  SpinBarrier ready(2);
  RunTogether(2, kTrials, [&](int i, int trial) {
    const Addr addr = kMemory + 8 * trial;
    for (int round = 0; round < 5; ++round) {
      Read(i, addr, 0x10 + i, round == trial % 7 ? 4 : 8);
      EndEpoch(i);
    }
    ready.Wait();
    if (i == 1) engine_.detector().Acquire(*readers_[1]->state, *ends_[0]);
    ready.Wait();
    Read(i, addr, 0x10 + i);
    EndEpoch(i);
    ready.Wait();
    if (i == 1) return;
    auto writer = engine_.Start(nullptr, 1);
    engine_.detector().Acquire(*writer->state, *ends_[trial % 2]);
    EXPECT_TRUE(engine_.Write(*writer, addr, 8)) << "missed in trial " << trial;
    engine_.Finish(std::move(writer));
  });
}

}  // namespace
}  // namespace hbsan::testing
