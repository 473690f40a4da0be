#include "gosync/context.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "gosync/select.h"
#include "gosync/waitgroup.h"

namespace gosync {
namespace {

using namespace std::chrono_literals;

struct Refusal : std::runtime_error {
  Refusal() : runtime_error("refused") {}
};

TEST(ContextTest, BackgroundIsNeverCancelled) {
  const Context ctx = Background();
  EXPECT_FALSE(ctx.Done());
  EXPECT_EQ(ctx.Err(), nullptr);
  EXPECT_EQ(Cause(ctx), nullptr);
  EXPECT_EQ(ctx.Deadline(), std::nullopt);
}

TEST(ContextTest, CancelReachesDescendantsOnly) {
  auto [top, cancel_top] = WithCancel(Background());
  auto [middle, cancel_middle] = WithCancel(top);
  static const ContextKey<int> key;
  const Context valued = WithValue(middle, key, 1);
  auto [bottom, cancel_bottom] = WithCancel(valued);
  auto [sibling, cancel_sibling] = WithCancel(top);
  cancel_middle();
  cancel_middle();
  bottom.Done().RecvOk();
  EXPECT_EQ(bottom.Err(), Canceled());
  EXPECT_EQ(valued.Err(), Canceled());
  EXPECT_EQ(top.Err(), nullptr);
  EXPECT_EQ(sibling.Err(), nullptr);
  cancel_top();
  EXPECT_EQ(Cause(sibling), Canceled());
  EXPECT_EQ(WithCancel(top).context.Err(), Canceled());
}

TEST(ContextTest, CauseIsTheFirstOne) {
  auto [top, cancel_top] = WithCancelCause(Background());
  auto [bottom, cancel_bottom] = WithCancelCause(top);
  const Error why = std::make_exception_ptr(Refusal());
  cancel_top(why);
  cancel_top(nullptr);
  cancel_bottom(nullptr);
  EXPECT_EQ(top.Err(), Canceled());
  EXPECT_EQ(Cause(top), why);
  EXPECT_EQ(Cause(bottom), why);
  EXPECT_THROW(std::rethrow_exception(Cause(bottom)), Refusal);
  auto [plain, cancel_plain] = WithCancelCause(Background());
  cancel_plain(nullptr);
  EXPECT_EQ(Cause(plain), Canceled());
}

TEST(ContextTest, TimeoutCancels) {
  auto [ctx, cancel] = WithTimeout(Background(), 1ms);
  EXPECT_TRUE(ctx.Deadline().has_value());
  auto [child, cancel_child] = WithTimeout(ctx, 1h);
  EXPECT_EQ(child.Deadline(), ctx.Deadline());
  child.Done().RecvOk();
  EXPECT_EQ(ctx.Err(), DeadlineExceeded());
  EXPECT_EQ(Cause(child), DeadlineExceeded());
  auto [past, cancel_past] = WithDeadline(Background(), Time());
  EXPECT_EQ(past.Err(), DeadlineExceeded());
}

TEST(ContextTest, CancelBeforeTheDeadline) {
  auto [ctx, cancel] = WithTimeout(Background(), 1h);
  EXPECT_EQ(ctx.Err(), nullptr);
  cancel();
  EXPECT_EQ(ctx.Err(), Canceled());
}

TEST(ContextTest, ValuesAreFoundByTheirKey) {
  static const ContextKey<std::string> name;
  static const ContextKey<std::string> place;
  const Context ctx = WithValue(WithValue(Background(), name, "Ann"), place, "here");
  EXPECT_EQ(*ctx.Value(name), "Ann");
  EXPECT_EQ(*ctx.Value(place), "here");
  EXPECT_EQ(Background().Value(name), nullptr);
  EXPECT_EQ(*WithValue(ctx, name, "Bob").Value(name), "Bob");
  EXPECT_EQ(*WithCancel(ctx).context.Value(name), "Ann");
}

TEST(ContextTest, AfterFuncRunsOnceItIsCancelled) {
  auto [ctx, cancel] = WithCancel(Background());
  Chan<int> ran(2);
  const StopFunc stop = AfterFunc(ctx, [ran] { ran.Send(1); });
  const StopFunc stop_other = AfterFunc(ctx, [] { FAIL(); });
  EXPECT_TRUE(stop_other());
  EXPECT_FALSE(stop_other());
  cancel();
  EXPECT_EQ(ran.Recv(), 1);
  EXPECT_FALSE(stop());
  AfterFunc(ctx, [ran] { ran.Send(2); });
  EXPECT_EQ(ran.Recv(), 2);
  AfterFunc(Background(), [] { FAIL(); });
}

TEST(ContextTest, GoroutinesWorkUntilItIsCancelled) {
  auto [ctx, cancel] = WithCancel(Background());
  Chan<int> numbers(0);
  WaitGroup wg;
  for (int g = 0; g < 4; ++g) {
    wg.Go([&numbers, ctx = ctx] {
      for (int i = 0; Select(OnRecv(ctx.Done()), OnSend(numbers, i)) == 1; ++i) {
      }
    });
  }
  for (int i = 0; i < 100; ++i) numbers.Recv();
  std::thread thread([cancel = cancel] { cancel(); });
  thread.join();
  wg.Wait();
}

TEST(ContextTest, CancelsFromManySidesAtOnce) {
  for (int round = 0; round < 200; ++round) {
    auto [top, cancel_top] = WithCancel(Background());
    WaitGroup wg;
    for (int g = 0; g < 4; ++g) {
      auto [child, cancel_child] = WithTimeout(top, 10us * g);
      wg.Go([child = child] { child.Done().RecvOk(); });
      wg.Go([cancel_child = cancel_child] { cancel_child(); });
      wg.Go([top = top] { WithCancel(top).context.Done().RecvOk(); });
    }
    wg.Go([cancel_top = cancel_top] { cancel_top(); });
    wg.Wait();
  }
}

TEST(ContextTest, LetsGoOfWhatItHolds) {
  const auto counted = std::make_shared<int>(1);
  static const ContextKey<std::shared_ptr<int>> key;
  {
    const Context ctx = WithValue(Background(), key, counted);
    auto [child, cancel] = WithTimeout(ctx, 1h);
    AfterFunc(child, [counted] { FAIL(); })();
    EXPECT_EQ(counted.use_count(), 2);
    cancel();
  }
  EXPECT_EQ(counted.use_count(), 1);
}

}  // namespace
}  // namespace gosync
