#include "detector/sync.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "detector/testing/test_host.h"

namespace hbsan {
namespace {

constexpr Addr kMemory = 0x7f00'0000'0000;

class SyncTableTest : public ::testing::Test {
 protected:
  SyncTableTest() {
    shadow_.Init(host_.host());
    table_.Init(host_.host(), shadow_);
  }
  std::set<Addr> RemoveRange(Addr addr, std::size_t size) {
    std::set<std::uint32_t> indices;
    std::set<Addr> gone;
    for (Addr a = addr; a < addr + size; ++a) {
      if (table_.Find(a) != nullptr) gone.insert(a);
    }
    std::size_t count = 0;
    table_.RemoveRange(addr, size, [&](SyncObject&) { ++count; });
    EXPECT_EQ(count, gone.size());
    return gone;
  }

  testing::TestHost host_;
  Shadow shadow_;
  SyncTable table_;
};

TEST_F(SyncTableTest, FindsWhatWasMadeAndNothingElse) {
  EXPECT_EQ(table_.Find(kMemory), nullptr);
  SyncObject& s = table_.FindOrCreate(kMemory);
  EXPECT_EQ(&table_.FindOrCreate(kMemory), &s);
  EXPECT_EQ(table_.Find(kMemory), &s);
  EXPECT_EQ(table_.Find(kMemory + 1), nullptr);
  EXPECT_EQ(table_.Find(kMemory + 8), nullptr);
}

TEST_F(SyncTableTest, NeighboursInOneWordAreDistinct) {
  std::set<SyncObject*> objects;
  for (Addr a = kMemory; a < kMemory + 16; ++a) objects.insert(&table_.FindOrCreate(a));
  EXPECT_EQ(objects.size(), 16u);
  for (Addr a = kMemory; a < kMemory + 16; ++a) EXPECT_EQ(table_.Find(a)->address, a);
}

TEST_F(SyncTableTest, RemoveTakesOneOfAWord) {
  for (Addr a = kMemory; a < kMemory + 8; ++a) table_.FindOrCreate(a);
  for (const Addr a : {kMemory + 3, kMemory + 7, kMemory}) {
    table_.Remove(a, [&](SyncObject&) {});
    EXPECT_EQ(table_.Find(a), nullptr);
  }
  for (const Addr a : {kMemory + 1, kMemory + 2, kMemory + 4, kMemory + 5, kMemory + 6}) {
    EXPECT_NE(table_.Find(a), nullptr);
  }
  EXPECT_EQ(table_.live(), 5u);
}

TEST_F(SyncTableTest, RemoveRangeIsExactToTheByteAndCrossesPages) {
  for (Addr a = kMemory + kPageBytes - 16; a < kMemory + kPageBytes + 16; ++a) {
    table_.FindOrCreate(a);
  }
  EXPECT_EQ(RemoveRange(kMemory + kPageBytes - 3, 8).size(), 8u);
  EXPECT_NE(table_.Find(kMemory + kPageBytes - 4), nullptr);
  EXPECT_EQ(table_.Find(kMemory + kPageBytes - 3), nullptr);
  EXPECT_EQ(table_.Find(kMemory + kPageBytes + 4), nullptr);
  EXPECT_NE(table_.Find(kMemory + kPageBytes + 5), nullptr);
  EXPECT_EQ(table_.live(), 24u);
}

TEST_F(SyncTableTest, ReusedObjectIsFresh) {
  SyncObject& s = table_.FindOrCreate(kMemory);
  s.released = {{3}, {4}};
  s.host_flags = 7;
  s.owner = {5};
  RemoveRange(kMemory, 1);
  SyncObject& again = table_.FindOrCreate(kMemory + 64);
  EXPECT_TRUE(again.released.empty());
  EXPECT_EQ(again.host_flags, 0);
  EXPECT_EQ(again.owner, Tid());
}

TEST_F(SyncTableTest, MoveTakesObjectsAlong) {
  SyncObject* objects[5];
  for (Addr i = 0; i < 5; ++i) objects[i] = &table_.FindOrCreate(kMemory + 13 * i);
  const Addr to = kMemory + 5 * kPageBytes - 32;
  table_.Move(kMemory, to, 64);
  for (Addr i = 0; i < 5; ++i) {
    EXPECT_EQ(table_.Find(kMemory + 13 * i), nullptr);
    EXPECT_EQ(table_.Find(to + 13 * i), objects[i]);
    EXPECT_EQ(objects[i]->address, to + 13 * i);
  }
}

TEST_F(SyncTableTest, ThreadsThatMakeOneObjectGetTheSame) {
  constexpr int kCount = 20'000;
  std::vector<SyncObject*> found[2];
  std::vector<std::thread> threads;
  for (auto& objects : found) {
    threads.emplace_back([&] {
      for (Addr i = 0; i < kCount; ++i) objects.push_back(&table_.FindOrCreate(kMemory + 4 * i));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(found[0], found[1]);
  EXPECT_EQ(table_.live(), std::uint32_t{kCount});
}

TEST_F(SyncTableTest, NeighboursMadeAndRemovedAtOnceStayApart) {
  constexpr int kRounds = 20'000;
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (Addr me = 0; me < 2; ++me) {
    threads.emplace_back([&, me] {
      const Addr addr = kMemory + 4 * me;
      for (int i = 0; i < kRounds; ++i) {
        SyncObject& s = table_.FindOrCreate(addr);
        if (s.address != addr || table_.Find(addr) != &s) ++wrong;
        table_.Remove(addr, [](SyncObject&) {});
        if (table_.Find(addr) != nullptr) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(table_.live(), 0u);
}

}  // namespace
}  // namespace hbsan
