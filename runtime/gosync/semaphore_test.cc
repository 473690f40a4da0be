#include "gosync/semaphore.h"

#include <gtest/gtest.h>

#include "gosync/atomic.h"
#include "gosync/chan.h"
#include "gosync/fatal.h"
#include "gosync/go.h"
#include "gosync/waitgroup.h"

namespace gosync {
namespace {

using namespace std::chrono_literals;

TEST(SemaphoreTest, TryAcquire) {
  Semaphore s(3);
  EXPECT_TRUE(s.TryAcquire(2));
  EXPECT_FALSE(s.TryAcquire(2));
  EXPECT_TRUE(s.TryAcquire());
  EXPECT_FALSE(s.TryAcquire());
  s.Release(3);
  EXPECT_TRUE(s.TryAcquire(3));
  EXPECT_FALSE(s.TryAcquire(4));
}

TEST(SemaphoreTest, ReleasedMoreThanHeld) {
  Semaphore s(2);
  EXPECT_THROW(s.Release(), Panic);
  s.Acquire(2);
  EXPECT_THROW(s.Release(3), Panic);
  s.Release(2);
}

TEST(SemaphoreTest, NeverMoreThanItsPermits) {
  Semaphore s(5);
  Int64 out;
  WaitGroup wg;
  for (int g = 0; g < 8; ++g) {
    wg.Go([&, g] {
      for (int i = 0; i < 300; ++i) {
        const int n = 1 + (i * 7 + g) % 5;
        s.Acquire(n);
        EXPECT_LE(out.Add(n), 5);
        if (i % 3 == 0) Gosched();
        out.Add(-n);
        s.Release(n);
      }
    });
  }
  wg.Wait();
}

TEST(SemaphoreTest, ServesInOrder) {
  Semaphore s(2);
  s.Acquire(1);
  Chan<int> order(2);
  WaitGroup wg;
  wg.Go([&] {
    s.Acquire(2);
    order.Send(2);
    s.Release(2);
  });
  while (s.TryAcquire()) {  // until the other waits
    s.Release();
    Gosched();
  }
  wg.Go([&] {
    s.Acquire(1);  // there is one, but the other came first
    order.Send(1);
    s.Release(1);
  });
  EXPECT_FALSE(s.TryAcquire());
  s.Release(1);
  EXPECT_EQ(order.Recv(), 2);
  EXPECT_EQ(order.Recv(), 1);
  wg.Wait();
}

TEST(SemaphoreTest, WaitsNoLongerThanItsContext) {
  Semaphore s(2);
  s.Acquire(1);
  auto [ctx, cancel] = WithCancel(Background());
  Chan<Error> result(0), later(0);
  Go([&s, result, ctx = ctx] { result.Send(s.Acquire(ctx, 2)); });
  while (s.TryAcquire()) {
    s.Release();
    Gosched();
  }
  Go([&s, later] { later.Send(s.Acquire(Background(), 1)); });
  cancel();
  EXPECT_EQ(result.Recv(), Canceled());
  EXPECT_EQ(later.Recv(), nullptr);  // nobody keeps it out any more
  auto [short_ctx, cancel_short] = WithTimeout(Background(), 1ms);
  EXPECT_EQ(s.Acquire(short_ctx, 3), DeadlineExceeded());
  s.Release(2);
}

TEST(SemaphoreTest, CancelledAndReleasedAtOnce) {
  for (int round = 0; round < 300; ++round) {
    Semaphore s(1);
    s.Acquire();
    auto [ctx, cancel] = WithCancel(Background());
    WaitGroup wg;
    for (int g = 0; g < 3; ++g) {
      wg.Go([&s, ctx = ctx] {
        if (s.Acquire(ctx, 1) == nullptr) s.Release();
      });
    }
    wg.Go([&s] { s.Release(); });
    wg.Go([cancel = cancel] { cancel(); });
    wg.Wait();
    EXPECT_TRUE(s.TryAcquire());
  }
}

}  // namespace
}  // namespace gosync
