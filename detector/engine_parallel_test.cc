// Exactness under true concurrency: operating-system threads drive the engine at the same time,
// held together by a barrier that it cannot see. None of the races may be missed in any trial, and
// none invented.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <tuple>
#include <vector>

#include "detector/testing/squad.h"
#include "detector/testing/test_host.h"
#include "detector/testing/trace_generator.h"

namespace hbsan::testing {
namespace {

constexpr Addr kMemory = 0x7f00'0000'0000;

// A TestEngine with a thread per worker, unordered with each other.
class Crew {
 public:
  explicit Crew(int workers) {
    for (int w = 0; w < workers; ++w) threads_.push_back(engine_.Start(nullptr, w));
  }
  ~Crew() {
    for (auto& thread : threads_) engine_.Finish(std::move(thread));
  }
  TestEngine& engine() { return engine_; }
  TestThread& operator[](int worker) { return *threads_[worker]; }

 private:
  TestEngine engine_;
  std::vector<std::unique_ptr<TestThread>> threads_;
};

// Both sides of a report have the stacks that the two threads gave their accesses.
void ExpectStacks(TestEngine& engine, const Race& race, std::uintptr_t current,
                  std::uintptr_t previous) {
  EXPECT_EQ(engine.Unwind(race.current.stack), std::vector{current});
  EXPECT_EQ(engine.Unwind(race.previous.stack), std::vector{previous});
}

// (the second worker's access, distance of the trials' addresses, whether each trial is a new
// epoch)
class TwoAccessesTest : public ::testing::TestWithParam<std::tuple<AccessKind, std::size_t, bool>> {
};

TEST_P(TwoAccessesTest, OneOfTwoSimultaneousAccessesReports) {
  const auto [kind, distance, new_epochs] = GetParam();
  const int trials = distance < 4096 ? 10'000 : 2'000;
  Crew crew(2);
  TestEngine& engine = crew.engine();
  std::vector<std::optional<Race>> races[2];
  for (auto& found : races) found.resize(trials);
  SyncObject* unheard[] = {&engine.detector().NewSync(), &engine.detector().NewSync()};

  RunTogether(2, trials,
              [&, kind = kind, distance = distance, new_epochs = new_epochs](int w, int trial) {
                const Site site{.pc = 0x100u + w, .kind = w == 0 ? AccessKind::kWrite : kind};
                races[w][trial] = engine.Access(crew[w], site, kMemory + trial * distance, 8);
                if (new_epochs) engine.detector().Release(*crew[w].state, *unheard[w], 0);
              });

  for (int trial = 0; trial < trials; ++trial) {
    ASSERT_TRUE(races[0][trial] || races[1][trial]) << "missed in trial " << trial;
    if (races[0][trial]) ExpectStacks(engine, *races[0][trial], 0x100, 0x101);
    if (races[1][trial]) ExpectStacks(engine, *races[1][trial], 0x101, 0x100);
  }
}

INSTANTIATE_TEST_SUITE_P(All, TwoAccessesTest,
                         ::testing::Combine(::testing::Values(AccessKind::kRead,
                                                              AccessKind::kWrite),
                                            ::testing::Values(8, 4096), ::testing::Bool()));

// A range against a range that overlaps it or against one cell of it, in cells that some earlier
// epochs left in various states.
TEST(EngineParallelTest, SimultaneousRangesReport) {
  constexpr int kTrials = 10'000;
  constexpr Addr kStride = 256;
  Crew crew(2);
  TestEngine& engine = crew.engine();
  std::vector<std::optional<Race>> races[2];
  for (auto& found : races) found.resize(kTrials);
  RunTogether(2, kTrials, [&](int w, int trial) {
    const Addr range = kMemory + trial * kStride + trial % 5;
    const bool cell = w == 1 && trial % 3 == 0;
    const Site site{.pc = 0x100u + w,
                    .kind = w == 1 && trial % 2 == 0 ? AccessKind::kRead : AccessKind::kWrite};
    races[w][trial] = engine.Access(crew[w], site, cell ? range + 96 : range, cell ? 8 : 100 + w);
  });
  for (int trial = 0; trial < kTrials; ++trial) {
    ASSERT_TRUE(races[0][trial] || races[1][trial]) << "missed in trial " << trial;
    if (races[0][trial]) ExpectStacks(engine, *races[0][trial], 0x100, 0x101);
    if (races[1][trial]) ExpectStacks(engine, *races[1][trial], 0x101, 0x100);
  }
}

// Two threads put their bytes into one split, which a third one left behind: the race between them
// is never lost, and neither is the one that each of them may have with the third.
TEST(EngineParallelTest, SimultaneousChangesOfASplitReport) {
  constexpr int kTrials = 10'000;
  TestEngine engine;
  engine.detector().Tune({.list_credit = 0});
  auto first = engine.Start(nullptr, 0);
  for (int trial = 0; trial < kTrials; ++trial) {
    for (int byte = 0; byte < 4; ++byte) {
      engine.Write(*first, kMemory + 8 * trial + byte, 1, 0x10 + byte);
    }
  }
  std::unique_ptr<TestThread> threads[] = {engine.Start(first.get(), 0),
                                           engine.Start(first.get(), 1)};
  std::vector<std::optional<Race>> races[2];
  for (auto& found : races) found.resize(kTrials);
  RunTogether(2, kTrials, [&](int w, int trial) {
    // The same byte; in every other trial with all its neighbours.
    const bool all = w == 1 && trial % 2 == 0;
    const Addr cell = kMemory + 8 * trial;
    races[w][trial] =
        engine.Write(*threads[w], all ? cell : cell + trial % 8, all ? 8 : 1, 0x100 + w);
  });
  for (int trial = 0; trial < kTrials; ++trial) {
    ASSERT_TRUE(races[0][trial] || races[1][trial]) << "missed in trial " << trial;
    if (races[0][trial]) ExpectStacks(engine, *races[0][trial], 0x100, 0x101);
    if (races[1][trial]) ExpectStacks(engine, *races[1][trial], 0x101, 0x100);
  }
  for (auto& thread : threads) engine.Finish(std::move(thread));
  engine.Finish(std::move(first));
}

// Eight threads write a byte each of one word; in every other trial one of them writes a
// neighbour's byte instead.
TEST(EngineParallelTest, EightByteWritersRaceOnlyOnTheSharedByte) {
  constexpr int kWorkers = 8;
  constexpr int kTrials = 10'000;
  Crew crew(kWorkers);
  std::vector<std::vector<std::optional<Race>>> races(kWorkers,
                                                      std::vector<std::optional<Race>>(kTrials));
  const auto byte_of = [](int worker, int trial) {
    const bool intruder = trial % 2 == 1 && worker == trial / 2 % kWorkers;
    return (worker + (intruder ? 1 + trial / 16 % (kWorkers - 1) : 0)) % kWorkers;
  };
  RunTogether(kWorkers, kTrials, [&](int w, int trial) {
    races[w][trial] =
        crew.engine().Write(crew[w], kMemory + 8 * trial + byte_of(w, trial), 1, 0x100 + w);
  });
  for (int trial = 0; trial < kTrials; ++trial) {
    int reports = 0;
    for (int w = 0; w < kWorkers; ++w) {
      if (!races[w][trial]) continue;
      ++reports;
      const auto other =
          static_cast<int>(crew.engine().Unwind(races[w][trial]->previous.stack).at(0) - 0x100);
      ASSERT_NE(other, w);
      ASSERT_EQ(byte_of(other, trial), byte_of(w, trial)) << "invented in trial " << trial;
    }
    ASSERT_EQ(reports > 0, trial % 2 == 1) << "trial " << trial;
  }
}

class ManyReadersTest : public ::testing::TestWithParam<int> {};

// All readers but one are ordered before the write. That one reads while the others do (even
// trials), or while the writer writes (odd trials).
TEST_P(ManyReadersTest, WriteRacesWithTheOneUnorderedReader) {
  const int readers = GetParam();
  constexpr int kTrials = 10'000;
  Crew crew(2);
  TestEngine& engine = crew.engine();
  std::vector<std::unique_ptr<TestThread>> ordered;
  for (int r = 1; r < readers; ++r) ordered.push_back(engine.Start(nullptr, r));
  SyncObject& done = engine.detector().NewSync();
  SpinBarrier middle(2);
  std::vector<std::optional<Race>> races[2];
  for (auto& found : races) found.resize(kTrials);

  RunTogether(2, kTrials, [&](int w, int trial) {
    const Addr addr = kMemory + 8 * trial;
    const bool early = trial % 2 == 0;
    if (w == 1) {
      if (!early) middle.Wait();
      races[1][trial] = engine.Read(crew[1], addr, 8, 0x101);
      if (early) middle.Wait();
      return;
    }
    for (const auto& reader : ordered) {
      EXPECT_FALSE(engine.Read(*reader, addr, 8, 0x200));
      engine.detector().Release(*reader->state, done, 0);
    }
    engine.detector().Acquire(*crew[0].state, done);
    middle.Wait();
    races[0][trial] = engine.Write(crew[0], addr, 8, 0x100);
  });

  for (int trial = 0; trial < kTrials; ++trial) {
    ASSERT_TRUE(races[0][trial] || races[1][trial]) << "missed in trial " << trial;
    if (races[0][trial]) ExpectStacks(engine, *races[0][trial], 0x100, 0x101);
    if (races[1][trial]) ExpectStacks(engine, *races[1][trial], 0x101, 0x100);
  }
  for (auto& reader : ordered) engine.Finish(std::move(reader));
}

INSTANTIATE_TEST_SUITE_P(All, ManyReadersTest, ::testing::Values(4, 8, 16, 32, 200));

struct RandomAccess {
  Site site;
  Addr addr;
  std::size_t size;
};

bool Conflict(const RandomAccess& a, const RandomAccess& b) {
  const bool both_atomic =
      a.site.flavor == AccessFlavor::kAtomic && b.site.flavor == AccessFlavor::kAtomic;
  const bool write = a.site.kind == AccessKind::kWrite || b.site.kind == AccessKind::kWrite;
  return write && !both_atomic && a.addr < b.addr + b.size && b.addr < a.addr + a.size;
}

// Up to three random accesses of each of four threads to 16 bytes, all unordered: somebody reports
// if and only if two of them conflict, and only what conflicts.
TEST(EngineParallelTest, RandomSimultaneousAccessesReportExactlyConflicts) {
  constexpr int kWorkers = 4;
  constexpr int kTrials = 20'000;
  Crew crew(kWorkers);
  struct Done {
    RandomAccess access;
    std::optional<Race> race;
  };
  std::vector<std::vector<Done>> done[kWorkers];
  for (int w = 0; w < kWorkers; ++w) {
    Random random(static_cast<std::uint64_t>(w) + 1);
    done[w].resize(kTrials);
    for (int trial = 0; trial < kTrials; ++trial) {
      for (int i = random.Below(4); i > 0; --i) {
        RandomAccess a;
        a.size = static_cast<std::size_t>(random.OneOf({1, 1, 1, 2, 4, 8}));
        a.addr = kMemory + 64 * trial + random.Below(16);
        a.site.pc = 0x100u * (w + 1) + random.Below(8);
        a.site.kind = random.Chance(1, 3) ? AccessKind::kWrite : AccessKind::kRead;
        a.site.flavor = random.Chance(1, 3) ? AccessFlavor::kAtomic : AccessFlavor::kPlain;
        done[w][trial].push_back({a, std::nullopt});
      }
    }
  }
  RunTogether(kWorkers, kTrials, [&](int w, int trial) {
    for (Done& d : done[w][trial]) {
      d.race = crew.engine().Access(crew[w], d.access.site, d.access.addr, d.access.size);
    }
  });
  for (int trial = 0; trial < kTrials; ++trial) {
    bool conflict = false, reported = false;
    for (int v = 0; v < kWorkers; ++v) {
      for (const Done& d : done[v][trial]) {
        bool known = !d.race;
        reported |= d.race.has_value();
        for (int w = 0; w < kWorkers; ++w) {
          for (const Done& e : done[w][trial]) {
            if (v == w || !Conflict(d.access, e.access)) continue;
            conflict = true;
            known |= d.race && d.race->previous.kind == e.access.site.kind &&
                     crew.engine().Unwind(d.race->previous.stack).at(0) == e.access.site.pc;
          }
        }
        ASSERT_TRUE(known) << "invented in trial " << trial;
      }
    }
    ASSERT_EQ(reported, conflict) << "trial " << trial;
  }
}

// Four workers under one mutex, while a fifth reclaims records all the time; each worker's visits
// to the engine are visible to the reclaimer, as the runtime's are.
class ReclaimTest : public ::testing::Test {
 protected:
  static constexpr int kWorkers = 4;

  struct Visits {
    alignas(64) std::atomic<std::uint64_t> count{0};  // odd: inside the engine
  };
  class Visit {
   public:
    explicit Visit(Visits& visits) : visits_(visits) { visits_.count.fetch_add(1); }
    ~Visit() { visits_.count.fetch_add(1); }

   private:
    Visits& visits_;
  };

  static void WaitQuiescent(void* context) {
    for (Visits& visits : static_cast<ReclaimTest*>(context)->visits_) {
      const std::uint64_t seen = visits.count.load();
      while (seen % 2 == 1 && visits.count.load() == seen) sched_yield();
    }
  }

  Visits visits_[kWorkers];
};

TEST_F(ReclaimTest, LockedAccessesNeverRaceWhileRecordsAreReclaimed) {
  constexpr int kTrials = 3'000;
  constexpr int kCells = 600;
  TestEngine engine;
  engine.host().set_wait_quiescent(WaitQuiescent);
  engine.detector().Tune({.always_moves = true});
  std::vector<std::unique_ptr<TestThread>> threads;
  for (int w = 0; w < kWorkers; ++w) threads.push_back(engine.Start(nullptr, w));
  SyncObject& mutex = engine.detector().NewSync();
  std::mutex real_mutex;
  std::atomic<bool> stop = false;
  std::atomic<int> races = 0;
  int reclaims = 0;
  std::thread reclaimer([&] {
    for (; !stop; ++reclaims) engine.detector().Reclaim(this, reclaims % 5 == 0);
  });
  RunTogether(kWorkers, kTrials, [&](int w, int trial) {
    TestThread& t = *threads[w];
    const std::lock_guard hold(real_mutex);
    const Visit visit(visits_[w]);
    engine.detector().Acquire(*t.state, mutex);
    for (int i = 0; i < 20; ++i) {
      const Addr addr = kMemory + (trial * 7 + i) % kCells * 8 + i % 3;
      const std::uintptr_t pc = 0x1000 + trial % 50 * 100 + i;
      const bool raced = i % 2 == 0 ? engine.Write(t, addr, 1 + i % 9, pc).has_value()
                                    : engine.Read(t, addr, 1 + i % 9, pc).has_value();
      if (raced) ++races;
    }
    engine.detector().Release(*t.state, mutex, 0);
  });
  stop = true;
  reclaimer.join();
  EXPECT_EQ(races, 0);
  EXPECT_GT(reclaims, 0);
  // When no cell names a record, only the chunks that the threads allocate from are left.
  engine.detector().ResetMemory(*threads[0]->state, kMemory, 16 * kCells);
  engine.detector().Reclaim(this);
  EXPECT_LE(engine.detector().counters().records,
            Records::kChunkRecords * Records::kRun * kWorkers);
  for (auto& thread : threads) engine.Finish(std::move(thread));
}

// Threads come and go in all workers at once; a joined thread's accesses are ordered before the
// joiner's.
TEST(EngineParallelTest, JoinedThreadsNeverRace) {
  constexpr int kWorkers = 4;
  constexpr int kTrials = 2'000;
  Crew crew(kWorkers);
  TestEngine& engine = crew.engine();
  std::atomic<int> races = 0;
  RunTogether(kWorkers, kTrials, [&](int w, int trial) {
    const Addr addr = kMemory + 0x10000 * w + trial % 100 * 8;
    auto child = engine.Start(&crew[w], w + trial);
    SyncObject& end = engine.detector().NewSync();
    if (engine.Write(*child, addr, 8)) ++races;
    engine.Finish(std::move(child), &end);
    engine.detector().Acquire(*crew[w].state, end);
    engine.detector().DeleteSync(*crew[w].state, end);
    if (engine.Write(crew[w], addr, 8)) ++races;
  });
  EXPECT_EQ(races, 0);
  EXPECT_LE(engine.detector().counters().tids, 64u) << "tids of joined threads are not reused";
}

}  // namespace
}  // namespace hbsan::testing
