// A check of elements with gaps between them finds what the checks of each of them find.
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include "detector/testing/test_host.h"

namespace hbsan::testing {
namespace {

constexpr Addr kMemory = 0x7f00'0000'0000;
constexpr std::size_t kMemoryBytes = 8 * kPageBytes;
constexpr int kThreads = 4;
constexpr int kObjects = 3;

struct Sweep {
  Site site;
  Addr first;
  std::size_t count;

  std::size_t bytes() const { return (count - 1) * site.elements.stride + site.elements.size; }
};

// One engine and its threads, which are never ordered but by its objects.
struct World {
  World() {
    for (int t = 0; t < kThreads; ++t) threads.push_back(engine.Start(nullptr, t));
    for (SyncObject*& object : objects) object = &engine.detector().NewSync();
  }

  std::optional<Race> AtOnce(int t, const Sweep& sweep) {
    Race race;
    const bool raced = engine.detector().CheckAccess(*threads[t]->state, sweep.site, sweep.first,
                                                     sweep.bytes(), race);
    return raced ? std::optional(race) : std::nullopt;
  }
  // The elements that race.
  std::set<Addr> OneByOne(int t, const Sweep& sweep) {
    Site site = sweep.site;
    site.elements = {};
    std::set<Addr> raced;
    for (std::size_t i = 0; i < sweep.count; ++i) {
      const Addr element = sweep.first + i * sweep.site.elements.stride;
      if (engine.Access(*threads[t], site, element, sweep.site.elements.size)) {
        raced.insert(element);
      }
    }
    return raced;
  }
  void Release(int t, int object) {
    engine.detector().Release(*threads[t]->state, *objects[object], 0);
  }
  void Acquire(int t, int object) {
    engine.detector().Acquire(*threads[t]->state, *objects[object]);
  }
  void Reset() { engine.detector().ResetMemory(*threads[0]->state, kMemory, kMemoryBytes); }

  TestEngine engine;
  std::vector<std::unique_ptr<TestThread>> threads;
  std::array<SyncObject*, kObjects> objects;
};

Sweep RandomSweep(std::minstd_rand& random) {
  const auto below = [&](std::size_t n) { return random() % n; };
  const std::size_t size = std::size_t{1} << below(5);
  const std::size_t gap = below(3) == 0 ? below(2 * kPageBytes) : below(6) * size;
  const std::size_t unit = below(4) == 0 ? 1 : std::max<std::size_t>(size, 8);
  Sweep sweep{.site = {.pc = 0x1000 + below(8),
                       .kind = below(2) == 0 ? AccessKind::kRead : AccessKind::kWrite,
                       .elements = {size, size + (gap + unit - 1) / unit * unit}},
              .first = kMemory + below(64) * unit,
              .count = 1 + below(40)};
  while (sweep.first + sweep.bytes() > kMemory + kMemoryBytes) --sweep.count;
  return sweep;
}

TEST(StridedTest, FindsTheRacesOfItsElements) {
  World at_once, one_by_one;
  std::minstd_rand random(1);
  int races = 0;
  for (int i = 0; i < 100'000; ++i) {
    const int t = static_cast<int>(random() % kThreads);
    const int object = static_cast<int>(random() % kObjects);
    if (random() % 3 == 0) {
      const bool releases = random() % 2 == 0;
      for (World* world : {&at_once, &one_by_one}) {
        releases ? world->Release(t, object) : world->Acquire(t, object);
      }
      continue;
    }
    const Sweep sweep = RandomSweep(random);
    const std::optional<Race> race = at_once.AtOnce(t, sweep);
    const std::set<Addr> raced = one_by_one.OneByOne(t, sweep);
    ASSERT_EQ(race.has_value(), !raced.empty()) << i;
    if (!race) continue;
    ++races;
    ASSERT_TRUE(raced.contains(race->current.addr)) << i;
    ASSERT_EQ(race->current.size, sweep.site.elements.size) << i;
    at_once.Reset();
    one_by_one.Reset();
  }
  EXPECT_GT(races, 10'000);
}

TEST(StridedTest, LeavesTheGapsAlone) {
  TestEngine engine;
  auto main = engine.Start(nullptr);
  auto other = engine.Start(main.get());
  const Site column{.pc = 0x111, .kind = AccessKind::kWrite, .elements = {8, 24}};
  EXPECT_FALSE(engine.Access(*main, column, kMemory, 24 * 99 + 8));
  for (Addr row = kMemory; row < kMemory + 24 * 99; row += 24) {
    EXPECT_FALSE(engine.Write(*other, row + 8, 8));
    EXPECT_FALSE(engine.Write(*other, row + 16, 8));
  }
  const auto race = engine.Read(*other, kMemory + 24 * 99 + 4, 4);
  ASSERT_TRUE(race);
  EXPECT_EQ(race->previous.addr, kMemory + 24 * 99);
  EXPECT_EQ(race->previous.size, 8u);
}

}  // namespace
}  // namespace hbsan::testing
