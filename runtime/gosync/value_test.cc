// Value and PublishedCell.
#include "gosync/value.h"

#include <gtest/gtest.h>

#include <string>

#include "gosync/go.h"
#include "gosync/published_cell.h"
#include "gosync/waitgroup.h"

namespace gosync {
namespace {

TEST(ValueTest, IsStoredAndLoadedWhole) {
  Value<std::string> v;
  EXPECT_EQ(v.Load(), nullptr);
  v.Store("one");
  const auto one = v.Load();
  EXPECT_EQ(*one, "one");
  EXPECT_EQ(*v.Swap("two"), "one");
  EXPECT_FALSE(v.CompareAndSwap(one, "three"));
  EXPECT_TRUE(v.CompareAndSwap(v.Load(), "three"));
  EXPECT_EQ(*v.Load(), "three");
  EXPECT_EQ(*one, "one");
  WaitGroup wg;
  for (int g = 0; g < 4; ++g) {
    wg.Go([&] {
      for (int i = 0; i < 200; ++i) {
        v.Store(std::string(50, 'x'));
        EXPECT_NE(v.Load(), nullptr);
      }
    });
  }
  wg.Wait();
}

TEST(ValueTest, CompareAndSwapOfAnEmptyOne) {
  Value<int> v;
  EXPECT_TRUE(v.CompareAndSwap(nullptr, 1));
  EXPECT_FALSE(v.CompareAndSwap(nullptr, 2));
  EXPECT_EQ(*v.Load(), 1);
}

TEST(ValueTest, DestroysWhatNobodyHolds) {
  const auto counted = std::make_shared<int>(1);
  {
    Value<std::shared_ptr<int>> v(counted);
    const auto held = v.Load();
    v.Store(counted);
    EXPECT_EQ(counted.use_count(), 3);
    v.Store(nullptr);
    EXPECT_EQ(counted.use_count(), 2);
  }
  EXPECT_EQ(counted.use_count(), 1);
}

TEST(PublishedCellTest, PublishesSnapshots) {
  PublishedCell<std::string> cell;
  EXPECT_EQ(cell.Load(), nullptr);
  EXPECT_EQ(cell.Swap("one"), nullptr);
  const auto one = cell.Load();
  cell.Store("two");
  EXPECT_EQ(*one, "one");
  EXPECT_EQ(*cell.Swap("three"), "two");
  EXPECT_EQ(*PublishedCell<int>(4).Load(), 4);
}

TEST(PublishedCellTest, NoUpdateIsLost) {
  PublishedCell<int> cell;
  WaitGroup wg;
  for (int g = 0; g < 8; ++g) {
    wg.Go([&] {
      for (int i = 0; i < 100; ++i) {
        cell.Update([](const PublishedCell<int>::Snapshot& n) { return n ? *n + 1 : 1; });
        if (i % 8 == 0) Gosched();
      }
    });
  }
  wg.Wait();
  EXPECT_EQ(*cell.Load(), 800);
}

}  // namespace
}  // namespace gosync
