#include "gosync/time.h"

#include <gtest/gtest.h>

#include "gosync/select.h"

namespace gosync {
namespace {

using namespace std::chrono_literals;

TEST(TimeTest, AfterSendsTheTime) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_GE(After(1ms).Recv(), start + 1ms);
}

TEST(TimeTest, TimersStopAndReset) {
  Timer t(1h);
  EXPECT_TRUE(t.Stop());
  EXPECT_FALSE(t.Stop());
  EXPECT_FALSE(t.Reset(1ms));
  t.C.Recv();
  EXPECT_FALSE(t.Stop());
  EXPECT_FALSE(t.Reset(1h));
  EXPECT_TRUE(t.Reset(1ms));
  t.C.Recv();
}

TEST(TimeTest, TickersTickUntilTheyAreStopped) {
  Ticker ticker(1ms);
  const Time first = ticker.C.Recv();
  EXPECT_GT(ticker.C.Recv(), first);
  ticker.Reset(2ms);
  ticker.C.Recv();
  ticker.Stop();
  EXPECT_THROW(Ticker(0ns), Panic);
}

TEST(TimeTest, AfterFuncRunsInAGoroutine) {
  Chan<int> done(0);
  int before = 1;
  AfterFunc(1ms, [&before, done] { done.Send(before); });
  EXPECT_EQ(done.Recv(), 1);
  Timer never = AfterFunc(1h, [] { FAIL(); });
  EXPECT_TRUE(never.Stop());
}

TEST(TimeTest, EarlierTimersFireFirst) {
  Timer late(20ms), early(1ms);
  EXPECT_EQ(Select(OnRecv(late.C), OnRecv(early.C)), 1);
  late.C.Recv();
}

}  // namespace
}  // namespace gosync
