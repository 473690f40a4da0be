// Mutex, RWMutex, WaitGroup, Once, Cond and the atomics.
#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>

#include "gosync/atomic.h"
#include "gosync/chan.h"
#include "gosync/cond.h"
#include "gosync/go.h"
#include "gosync/mutex.h"
#include "gosync/once.h"
#include "gosync/rwmutex.h"
#include "gosync/waitgroup.h"

namespace gosync {
namespace {

TEST(MutexTest, Excludes) {
  Mutex mu;
  int count = 0;
  WaitGroup wg;
  for (int g = 0; g < 8; ++g) {
    wg.Go([&] {
      for (int i = 0; i < 2000; ++i) {
        std::lock_guard<Mutex> lock(mu);
        ++count;
        if (i % 64 == 0) Gosched();  // others queue
      }
    });
  }
  std::thread thread([&] {
    for (int i = 0; i < 2000; ++i) {
      mu.Lock();
      ++count;
      mu.Unlock();
    }
  });
  thread.join();
  wg.Wait();
  EXPECT_EQ(count, 9 * 2000);
}

TEST(MutexTest, TryLock) {
  Mutex mu;
  EXPECT_TRUE(mu.TryLock());
  EXPECT_FALSE(mu.TryLock());
  mu.Unlock();
  std::scoped_lock lock(mu);
  EXPECT_FALSE(mu.try_lock());
}

TEST(MutexTest, AnotherGoroutineMayUnlock) {
  Mutex mu;
  mu.Lock();
  Go([&mu] { mu.Unlock(); });
  mu.Lock();
  mu.Unlock();
}

TEST(RWMutexTest, ReadersShareWritersExclude) {
  RWMutex mu;
  mu.RLock();
  EXPECT_TRUE(mu.TryRLock());
  EXPECT_FALSE(mu.TryLock());
  mu.RUnlock();
  mu.RUnlock();
  EXPECT_TRUE(mu.TryLock());
  EXPECT_FALSE(mu.TryRLock());
  mu.Unlock();
  std::shared_lock<RWMutex> shared(mu);
}

TEST(RWMutexTest, WriterKeepsLaterReadersOut) {
  RWMutex mu;
  Chan<int> order(2);
  WaitGroup wg;  // mu outlives their use of it
  mu.RLock();
  wg.Go([&] {
    mu.Lock();
    order.Send(1);
    mu.Unlock();
  });
  while (mu.TryRLock()) {  // until the writer waits
    mu.RUnlock();
    Gosched();
  }
  wg.Go([&] {
    mu.RLock();
    order.Send(2);
    mu.RUnlock();
  });
  mu.RUnlock();
  EXPECT_EQ(order.Recv(), 1);
  EXPECT_EQ(order.Recv(), 2);
  wg.Wait();
}

TEST(RWMutexTest, ManyReadersAndWriters) {
  RWMutex mu;
  int a = 0, b = 0;
  WaitGroup wg;
  for (int g = 0; g < 8; ++g) {
    wg.Go([&] {
      for (int i = 0; i < 1000; ++i) {
        if (i % 10 == 0) {
          mu.Lock();
          ++a;
          Gosched();
          ++b;
          mu.Unlock();
        } else {
          mu.RLock();
          EXPECT_EQ(a, b);
          mu.RUnlock();
        }
      }
    });
  }
  wg.Wait();
  EXPECT_EQ(a, 800);
}

TEST(WaitGroupTest, WaitsForAll) {
  WaitGroup wg;
  wg.Wait();
  Int64 done;
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 10; ++i) wg.Go([&] { done.Add(1); });
    wg.Wait();
    EXPECT_EQ(done.Load(), 10 * (round + 1));
  }
}

TEST(WaitGroupTest, FunctionIsDestroyedBeforeItIsDone) {
  WaitGroup wg;
  const auto counted = std::make_shared<int>(1);
  for (int i = 0; i < 20; ++i) {
    wg.Go([counted] { Gosched(); });
  }
  wg.Wait();
  EXPECT_EQ(counted.use_count(), 1);
}

TEST(WaitGroupTest, NegativeCounterThrows) {
  WaitGroup wg;
  EXPECT_THROW(wg.Done(), Panic);
}

TEST(OnceTest, RunsOnce) {
  Once once;
  int count = 0;
  WaitGroup wg;
  for (int g = 0; g < 8; ++g) {
    wg.Go([&] {
      once.Do([&] {
        Gosched();
        ++count;
      });
      EXPECT_EQ(count, 1);
    });
  }
  wg.Wait();
}

TEST(OnceTest, CountsAsDoneWhenItThrows) {
  Once once;
  EXPECT_THROW(once.Do([] { throw 1; }), int);
  once.Do([] { FAIL(); });
  const auto f = OnceFunc([] { throw 2; });
  EXPECT_THROW(f(), int);
  EXPECT_THROW(f(), int);
}

TEST(OnceTest, OnceValueKeepsItsResult) {
  int runs = 0;
  const auto value = OnceValue([&] {
    ++runs;
    return std::string("computed");
  });
  EXPECT_EQ(value(), "computed");
  EXPECT_EQ(value(), "computed");
  EXPECT_EQ(runs, 1);
}

TEST(CondTest, SignalAndBroadcast) {
  Mutex mu;
  Cond<Mutex> cond(mu);
  int turn = 0, woken = 0;
  WaitGroup wg;
  for (int g = 0; g < 4; ++g) {
    wg.Go([&] {
      std::lock_guard<Mutex> lock(mu);
      while (turn == 0) cond.Wait();
      ++woken;
      --turn;
      if (turn > 0) cond.Signal();
    });
  }
  mu.Lock();
  turn = 4;
  mu.Unlock();
  cond.Signal();
  wg.Wait();
  EXPECT_EQ(woken, 4);
  for (int g = 0; g < 4; ++g) {
    wg.Go([&] {
      std::lock_guard<Mutex> lock(mu);
      while (turn == 0) cond.Wait();
    });
  }
  mu.Lock();
  turn = 1;
  mu.Unlock();
  cond.Broadcast();
  wg.Wait();
}

TEST(AtomicTest, Operations) {
  Int32 i;
  EXPECT_EQ(i.Add(5), 5);
  EXPECT_EQ(i.Swap(7), 5);
  EXPECT_TRUE(i.CompareAndSwap(7, 6));
  EXPECT_FALSE(i.CompareAndSwap(7, 1));
  EXPECT_EQ(i.And(3), 6);
  EXPECT_EQ(i.Or(8), 2);
  EXPECT_EQ(i.Load(), 10);
  Uint64 u(1);
  EXPECT_EQ(u.Add(static_cast<std::uint64_t>(-1)), 0u);
  Bool b;
  b.Store(true);
  EXPECT_TRUE(b.Load());
  int x = 0;
  Pointer<int> p;
  EXPECT_EQ(p.Swap(&x), nullptr);
  EXPECT_EQ(p.Load(), &x);
}

}  // namespace
}  // namespace gosync
