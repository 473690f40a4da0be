#include "gosync/chan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gosync/go.h"
#include "gosync/waitgroup.h"

namespace gosync {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

TEST(ChanTest, BuffersInOrder) {
  Chan<int> c(3);
  EXPECT_EQ(c.Cap(), 3u);
  c.Send(1);
  c.Send(2);
  EXPECT_EQ(c.Len(), 2u);
  EXPECT_EQ(c.Recv(), 1);
  c.Send(3);
  c.Send(4);
  EXPECT_EQ(c.Recv(), 2);
  EXPECT_EQ(c.Recv(), 3);
  EXPECT_EQ(c.Recv(), 4);
  EXPECT_EQ(c.Len(), 0u);
}

TEST(ChanTest, ClosedChannelDrainsAndThenGivesZeroValues) {
  Chan<int> c(2);
  c.Send(7);
  c.Close();
  EXPECT_THAT(c.RecvOk(), Optional(7));
  EXPECT_EQ(c.RecvOk(), std::nullopt);
  EXPECT_EQ(c.Recv(), 0);
}

TEST(ChanTest, RangeForReceivesUntilClosed) {
  Chan<int> c(0);
  Go([c] {
    for (int i = 0; i < 5; ++i) c.Send(i);
    c.Close();
  });
  std::vector<int> got;
  for (int v : c) got.push_back(v);
  EXPECT_THAT(got, ElementsAre(0, 1, 2, 3, 4));
}

TEST(ChanTest, TryOperationsNeverWait) {
  Chan<int> c(1);
  bool closed = true;
  EXPECT_EQ(c.TryRecv(&closed), std::nullopt);
  EXPECT_FALSE(closed);
  EXPECT_TRUE(c.TrySend(1));
  EXPECT_FALSE(c.TrySend(2));
  EXPECT_THAT(c.TryRecv(), Optional(1));
  c.Close();
  EXPECT_EQ(c.TryRecv(&closed), std::nullopt);
  EXPECT_TRUE(closed);
  EXPECT_FALSE(Chan<int>().TrySend(1));
  EXPECT_EQ(Chan<int>().TryRecv(), std::nullopt);
}

TEST(ChanTest, FailedTrySendLeavesTheValue) {
  Chan<std::unique_ptr<int>> c(0);
  auto value = std::make_unique<int>(5);
  EXPECT_FALSE(c.TrySend(std::move(value)));
  EXPECT_EQ(*value, 5);
}

TEST(ChanTest, MovesElementsThatCannotBeCopied) {
  Chan<std::unique_ptr<std::string>> c(1);
  Go([c] {
    for (int i = 0; i < 4; ++i) c.Send(std::make_unique<std::string>(100, 'a'));
    c.Close();
  });
  int count = 0;
  while (std::optional<std::unique_ptr<std::string>> s = c.RecvOk()) {
    EXPECT_EQ(**s, std::string(100, 'a'));
    ++count;
  }
  EXPECT_EQ(count, 4);
}

TEST(ChanTest, DestroysWhatNobodyReceived) {
  auto counted = std::make_shared<int>(0);
  {
    Chan<std::shared_ptr<int>> c(4);
    c.Send(counted);
    c.Send(counted);
    EXPECT_EQ(counted.use_count(), 3);
  }
  EXPECT_EQ(counted.use_count(), 1);
}

TEST(ChanTest, MisuseThrows) {
  Chan<int> c(1);
  c.Close();
  EXPECT_THROW(c.Send(1), Panic);
  EXPECT_THROW(c.TrySend(1), Panic);
  EXPECT_THROW(c.Close(), Panic);
  EXPECT_THROW(Chan<int>().Close(), Panic);
}

TEST(ChanTest, CloseWakesWaitingReceivers) {
  Chan<int> c(0), woken(3);
  for (int i = 0; i < 3; ++i) {
    Go([c, woken] { woken.Send(c.RecvOk().has_value() ? 1 : 0); });
  }
  c.Close();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(woken.Recv(), 0);
}

TEST(ChanTest, HandlesCompareByChannel) {
  const Chan<int> a(0), b(0), same = a;
  const SendChan<int> send = a;
  const RecvChan<int> receive = a;
  EXPECT_TRUE(a == same);
  EXPECT_FALSE(a == b);
  EXPECT_TRUE(send == a);
  EXPECT_TRUE(receive == a);
  EXPECT_TRUE(Chan<int>() == Chan<int>());
  EXPECT_FALSE(static_cast<bool>(Chan<int>()));
}

TEST(ChanTest, ThreadsUseItToo) {
  Chan<int> c(2), sums(0);
  std::thread producer([c] {
    for (int i = 1; i <= 1000; ++i) c.Send(i);
    c.Close();
  });
  std::thread consumer([c, sums] {
    int sum = 0;
    for (int v : c) sum += v;
    sums.Send(sum);
  });
  EXPECT_EQ(sums.Recv(), 500500);
  producer.join();
  consumer.join();
}

TEST(ChanTest, ManyGoroutinesLoseAndDuplicateNothing) {
  constexpr int kEach = 500;
  for (const std::size_t capacity : {0, 1, 7}) {
    Chan<int> c(capacity);
    WaitGroup senders;
    for (int g = 0; g < 8; ++g) {
      senders.Go([c, g] {
        for (int i = 0; i < kEach; ++i) c.Send(g * kEach + i);
      });
    }
    Go([&senders, c] {
      senders.Wait();
      c.Close();
    });
    std::vector<int> next(8, 0);
    for (int v : c) EXPECT_EQ(v % kEach, next[v / kEach]++);  // in order for each sender
    EXPECT_EQ(next, std::vector<int>(8, kEach));
  }
}

}  // namespace
}  // namespace gosync
