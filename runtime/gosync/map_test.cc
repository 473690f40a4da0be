#include "gosync/map.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "gosync/go.h"
#include "gosync/waitgroup.h"

namespace gosync {
namespace {

TEST(MapTest, StoresAndLoads) {
  Map<std::string, int> m;
  EXPECT_EQ(m.Load("a"), std::nullopt);
  m.Store("a", 1);
  EXPECT_EQ(m.Load("a"), 1);
  EXPECT_EQ(m.Swap("a", 2), 1);
  EXPECT_EQ(m.Swap("b", 3), std::nullopt);
  EXPECT_EQ(m.LoadOrStore("a", 9), std::pair(2, true));
  EXPECT_EQ(m.LoadOrStore("c", 4), std::pair(4, false));
  EXPECT_EQ(m.Load("c"), 4);
}

TEST(MapTest, Deletes) {
  Map<int, std::string> m;
  m.Delete(1);
  EXPECT_EQ(m.LoadAndDelete(1), std::nullopt);
  m.Store(1, "one");
  EXPECT_EQ(m.LoadAndDelete(1), "one");
  EXPECT_EQ(m.Load(1), std::nullopt);
  EXPECT_EQ(m.LoadOrStore(1, "uno"), std::pair(std::string("uno"), false));
  m.Delete(1);
  EXPECT_EQ(m.Load(1), std::nullopt);
}

TEST(MapTest, Compares) {
  Map<int, int> m;
  EXPECT_FALSE(m.CompareAndSwap(1, 0, 1));
  m.Store(1, 5);
  EXPECT_FALSE(m.CompareAndSwap(1, 4, 6));
  EXPECT_TRUE(m.CompareAndSwap(1, 5, 6));
  EXPECT_FALSE(m.CompareAndDelete(1, 5));
  EXPECT_TRUE(m.CompareAndDelete(1, 6));
  EXPECT_FALSE(m.CompareAndDelete(1, 6));
}

TEST(MapTest, RangesOverWhatIsThere) {
  Map<int, int> m;
  for (int i = 0; i < 100; ++i) m.Store(i, i * i);
  for (int i = 0; i < 100; i += 2) m.Delete(i);
  int visited = 0;
  m.Range([&](int key, int value) {
    EXPECT_EQ(key % 2, 1);
    EXPECT_EQ(value, key * key);
    ++visited;
  });
  EXPECT_EQ(visited, 50);
  visited = 0;
  m.Range([&](int, int) { return ++visited < 3; });
  EXPECT_EQ(visited, 3);
}

TEST(MapTest, FunctionOfRangeMayUseTheMap) {
  Map<int, int> m;
  for (int i = 0; i < 20; ++i) m.Store(i, 0);
  m.Range([&](int key, int) { m.Delete(key); });
  m.Range([](int, int) { FAIL(); });
}

TEST(MapTest, DestroysWhatItNoLongerHolds) {
  const auto counted = std::make_shared<int>(1);
  {
    Map<int, std::shared_ptr<int>> m;
    for (int i = 0; i < 10; ++i) m.Store(i, counted);
    EXPECT_EQ(counted.use_count(), 11);
    m.Store(0, nullptr);
    m.Delete(1);
    m.LoadAndDelete(2);
    EXPECT_EQ(counted.use_count(), 8);
  }
  EXPECT_EQ(counted.use_count(), 1);
}

TEST(MapTest, ManyGoroutinesAddUp) {
  constexpr int kKeys = 5, kGoroutines = 8, kRounds = 500;
  Map<int, std::string> m;
  WaitGroup wg;
  for (int g = 0; g < kGoroutines; ++g) {
    wg.Go([&] {
      for (int i = 0; i < kRounds; ++i) {
        for (;;) {  // one more x
          const auto [old, loaded] = m.LoadOrStore(i % kKeys, "x");
          if (!loaded || m.CompareAndSwap(i % kKeys, old, old + "x")) break;
          Gosched();
        }
      }
    });
  }
  wg.Wait();
  for (int key = 0; key < kKeys; ++key) {
    EXPECT_EQ(m.Load(key)->size(), std::size_t{kGoroutines * kRounds / kKeys});
  }
}

TEST(MapTest, ManyDeletedKeys) {
  constexpr int kKeys = 200'000;  // more than are remembered with detection
  Map<int, int> m;
  for (int i = 0; i < kKeys; ++i) {
    m.Store(i, i);
    m.Delete(i);
  }
  EXPECT_EQ(m.Load(1), std::nullopt);
  EXPECT_EQ(m.Load(kKeys - 1), std::nullopt);
  m.Store(1, 2);
  EXPECT_EQ(m.Load(1), 2);
}

}  // namespace
}  // namespace gosync
