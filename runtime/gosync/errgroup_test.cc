#include "gosync/errgroup.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "gosync/atomic.h"
#include "gosync/fatal.h"

namespace gosync {
namespace {

TEST(ErrGroupTest, WaitsForAll) {
  ErrGroup group;
  int results[10] = {};
  for (int i = 0; i < 10; ++i) {
    group.Go([&results, i] { results[i] = i; });
  }
  group.Wait();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(results[i], i);
  group.Go([] {});
  group.Wait();
}

TEST(ErrGroupTest, ThrowsTheFirstFailure) {
  ErrGroup group;
  group.Go([] {});
  group.Go([] { throw std::runtime_error("first"); });
  EXPECT_THROW(group.Wait(), std::runtime_error);
}

TEST(ErrGroupTest, FailureCancelsTheContext) {
  ErrGroup group{Background()};
  group.Go([] { throw std::out_of_range("no"); });
  group.Go([ctx = group.context()] {
    ctx.Done().RecvOk();
    throw std::runtime_error("later");
  });
  EXPECT_THROW(group.Wait(), std::out_of_range);
  EXPECT_EQ(group.context().Err(), Canceled());
  EXPECT_THROW(std::rethrow_exception(Cause(group.context())), std::out_of_range);
}

TEST(ErrGroupTest, WaitCancelsTheContext) {
  ErrGroup group{Background()};
  group.Go([] {});
  EXPECT_EQ(group.context().Err(), nullptr);
  group.Wait();
  EXPECT_EQ(group.context().Err(), Canceled());
}

TEST(ErrGroupTest, KeepsItsLimit) {
  ErrGroup group;
  group.SetLimit(2);
  Int32 running;
  for (int i = 0; i < 50; ++i) {
    group.Go([&running] {
      EXPECT_LE(running.Add(1), 2);
      Gosched();
      running.Add(-1);
    });
  }
  group.Wait();
}

TEST(ErrGroupTest, TryGoNeedsAPlace) {
  ErrGroup group;
  group.SetLimit(1);
  Chan<int> gate(0);
  EXPECT_TRUE(group.TryGo([gate] { gate.RecvOk(); }));
  EXPECT_FALSE(group.TryGo([] { FAIL(); }));
  EXPECT_THROW(group.SetLimit(2), Panic);
  gate.Close();
  group.Wait();
  EXPECT_TRUE(group.TryGo([] {}));
  group.Wait();
  group.SetLimit(0);
  EXPECT_FALSE(group.TryGo([] { FAIL(); }));
  group.SetLimit(-1);
  EXPECT_TRUE(group.TryGo([] {}));
  group.Wait();
}

}  // namespace
}  // namespace gosync
