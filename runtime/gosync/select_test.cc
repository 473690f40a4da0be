#include "gosync/select.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "gosync/go.h"
#include "gosync/waitgroup.h"

namespace gosync {
namespace {

TEST(SelectTest, RunsTheReadyCase) {
  Chan<int> a(1), b(1);
  b.Send(4);
  int got = 0;
  EXPECT_EQ(Select(OnRecv(a, [&](int) { got = -1; }), OnRecv(b, [&](int v) { got = v; })), 1);
  EXPECT_EQ(got, 4);
  EXPECT_EQ(Select(OnRecv(b), OnSend(a, 5)), 1);
  EXPECT_EQ(a.Recv(), 5);
}

TEST(SelectTest, DefaultRunsWhenNothingIsReady) {
  Chan<int> a(0);
  bool ran = false;
  EXPECT_EQ(Select(OnRecv(a), OnSend(a, 1), Default([&] { ran = true; })), 2);
  EXPECT_TRUE(ran);
}

TEST(SelectTest, ReceivesFromAClosedChannel) {
  Chan<std::string> a(0);
  a.Close();
  bool empty = false, ok = true;
  Select(OnRecv(a, [&](std::optional<std::string> v) { empty = !v.has_value(); }));
  Select(OnRecv(a, [&](const std::string&, bool received) { ok = received; }));
  EXPECT_TRUE(empty);
  EXPECT_FALSE(ok);
  EXPECT_THROW(Select(OnSend(a, "x")), Panic);
}

TEST(SelectTest, MovesElements) {
  Chan<std::unique_ptr<int>> a(1);
  Select(OnSend(a, std::make_unique<int>(3)));
  Select(OnRecv(a, [](std::unique_ptr<int> p) { EXPECT_EQ(*p, 3); }));
}

TEST(SelectTest, WaitsForOneOfMany) {
  Chan<int> a(0), b(0), done(0);
  Go([a, b, done] {
    int sum = 0;
    for (int i = 0; i < 20; ++i) {
      Select(OnRecv(a, [&](int v) { sum += v; }), OnRecv(b, [&](int v) { sum += 100 * v; }));
    }
    done.Send(sum);
  });
  for (int i = 0; i < 10; ++i) {
    a.Send(1);
    b.Send(1);
  }
  EXPECT_EQ(done.Recv(), 1010);
}

TEST(SelectTest, SelectsMeetEachOther) {
  Chan<int> a(0), b(0);
  WaitGroup wg;
  wg.Go([&] {
    for (int i = 0; i < 1000; ++i) Select(OnSend(a, i), OnSend(b, i));
  });
  int received = 0;
  wg.Go([&] {
    for (int i = 0; i < 1000; ++i) {
      Select(OnRecv(b, [&](int v) { received += v == i ? 1 : 0; }),
             OnRecv(a, [&](int v) { received += v == i ? 1 : 0; }));
    }
  });
  wg.Wait();
  EXPECT_EQ(received, 1000);
}

TEST(SelectTest, IsFair) {
  constexpr int kRounds = 2000;
  Chan<int> a(kRounds), b(kRounds);
  for (int i = 0; i < kRounds; ++i) {
    a.Send(1);
    b.Send(1);
  }
  int of_a = 0;
  for (int i = 0; i < kRounds; ++i) of_a += Select(OnRecv(a), OnRecv(b)) == 0 ? 1 : 0;
  // 10 standard deviations.
  EXPECT_GT(of_a, kRounds / 2 - 224);
  EXPECT_LT(of_a, kRounds / 2 + 224);
}

TEST(SelectTest, NilChannelsNeverRun) {
  Chan<int> nil, a(1);
  a.Send(1);
  EXPECT_EQ(Select(OnRecv(nil), OnSend(nil, 1), OnRecv(a)), 2);
  EXPECT_EQ(Select(OnRecv(nil), Default()), 1);
}

TEST(SelectTest, CloseEndsTheWait) {
  Chan<int> a(0), b(0), done(0);
  Go([=] {
    const int chosen = Select(OnRecv(a), OnRecv(b));
    done.Send(chosen);
  });
  b.Close();
  EXPECT_EQ(done.Recv(), 1);
}

}  // namespace
}  // namespace gosync
