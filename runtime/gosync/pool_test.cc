#include "gosync/pool.h"

#include <gtest/gtest.h>

#include <memory>

#include "gosync/go.h"
#include "gosync/waitgroup.h"

namespace gosync {
namespace {

TEST(PoolTest, GivesBackWhatWasPut) {
  Pool<std::unique_ptr<int>> pool;
  EXPECT_EQ(pool.Get(), nullptr);
  auto one = std::make_unique<int>(1);
  int* const address = one.get();
  pool.Put(std::move(one));
  EXPECT_EQ(pool.Get().get(), address);
  EXPECT_EQ(pool.Get(), nullptr);
}

TEST(PoolTest, MakesOneWhenThereIsNone) {
  int made = 0;
  Pool<int> pool([&] { return ++made; });
  EXPECT_EQ(pool.Get(), 1);
  pool.Put(7);
  EXPECT_EQ(pool.Get(), 7);
  EXPECT_EQ(pool.Get(), 2);
}

TEST(PoolTest, AnotherWorkersObjectsAreFound) {
  Pool<int> pool;
  WaitGroup wg;
  wg.Go([&] { pool.Put(5); });
  wg.Wait();
  EXPECT_EQ(pool.Get(), 5);
}

TEST(PoolTest, NoObjectIsWithTwoAtOnce) {
  Pool<std::unique_ptr<int>> pool([] { return std::make_unique<int>(0); });
  WaitGroup wg;
  for (int g = 0; g < 8; ++g) {
    wg.Go([&] {
      for (int i = 0; i < 1000; ++i) {
        std::unique_ptr<int> mine = pool.Get();
        EXPECT_EQ(++*mine, 1);
        if (i % 16 == 0) Gosched();
        --*mine;
        pool.Put(std::move(mine));
      }
    });
  }
  wg.Wait();
}

TEST(PoolTest, DestroysWhatIsLeft) {
  const auto counted = std::make_shared<int>(1);
  {
    Pool<std::shared_ptr<int>> pool;
    for (int i = 0; i < 3; ++i) pool.Put(counted);
    EXPECT_EQ(counted.use_count(), 4);
  }
  EXPECT_EQ(counted.use_count(), 1);
}

}  // namespace
}  // namespace gosync
