#include "gosync/go.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "gosync/atomic.h"
#include "gosync/chan.h"
#include "gosync/fatal.h"
#include "gosync/mutex.h"
#include "gosync/rwmutex.h"
#include "gosync/waitgroup.h"
#if GOSYNC_RACE
#include "testdata/unseen.h"
#endif

namespace gosync {
namespace {

using namespace std::chrono_literals;

TEST(GoTest, RunsFunctionsWithArguments) {
  Chan<int> results(2);
  Go([results](int a, const std::string& b) { results.Send(a + static_cast<int>(b.size())); }, 1,
     std::string("abc"));
  Go([results, p = std::make_unique<int>(9)] { results.Send(*p); });
  EXPECT_EQ(results.Recv() + results.Recv(), 13);
}

TEST(GoTest, ManyGoroutinesParkAndAreReleased) {
  constexpr int kCount = 20000;
  Chan<int> gate(0);
  WaitGroup wg;
  for (int i = 0; i < kCount; ++i) wg.Go([&gate] { gate.RecvOk(); });
  gate.Close();
  wg.Wait();
}

TEST(GoTest, GoschedLetsOthersRun) {
  GOMAXPROCS(1);
  Chan<int> done(0);
  Go([done] {
    Bool flag;
    Go([&flag] { flag.Store(true); });
    while (!flag.Load()) Gosched();
    done.Close();
  });
  done.RecvOk();
  GOMAXPROCS(2);
}

TEST(GoTest, ABlockedThreadDoesNotStopTheOthers) {
  const int before = GOMAXPROCS(1);
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  Chan<int> done(0);
  Go([&fds, done] {
    char byte;
    EXPECT_EQ(read(fds[0], &byte, 1), 1);  // holds its worker until the next goroutine writes
    done.Send(1);
  });
  Go([&fds] { EXPECT_EQ(write(fds[1], "x", 1), 1); });
  EXPECT_EQ(done.Recv(), 1);
  GOMAXPROCS(before);
  close(fds[0]);
  close(fds[1]);
}

TEST(GoTest, SleepsAtLeastSoLong) {
  const auto start = std::chrono::steady_clock::now();
  Chan<int> done(0);
  Go([done] {
    Sleep(2ms);
    done.Close();
  });
  done.RecvOk();
  EXPECT_GE(std::chrono::steady_clock::now() - start, 2ms);
}

TEST(GoTest, ExceptionsStayWithTheirGoroutine) {
  Chan<int> in_catch(0), go_on(0), done(0);
  WaitGroup wg;
  for (int i = 0; i < 8; ++i) {
    wg.Go([&, i] {
      try {
        throw i;
      } catch (int caught) {
        in_catch.Send(caught);
        go_on.RecvOk();  // others throw and catch on this worker meanwhile
        try {
          throw;
        } catch (int again) {
          EXPECT_EQ(again, i);
        }
      }
    });
  }
  for (int i = 0; i < 8; ++i) in_catch.Recv();
  go_on.Close();
  wg.Wait();
}

TEST(GoTest, CountsGoroutines) {
  while (NumGoroutine() > 1) Gosched();  // those of other tests that are about to end
  const int before = NumGoroutine();
  Chan<int> gate(0);
  WaitGroup wg;
  for (int i = 0; i < 3; ++i) wg.Go([&gate] { gate.RecvOk(); });
  EXPECT_EQ(NumGoroutine(), before + 3);
  gate.Close();
  wg.Wait();
}

TEST(GoTest, RefusesArgumentsThatDoNotFit) {
  struct Large {
    char bytes[100 << 10];
  };
  EXPECT_THROW(Go([](const Large&) {}, Large{}), Panic);
}

// Programs that end: each in a process of its own.
class DeathTest : public ::testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

int Recurse(int n) {
  volatile char frame[512];
  frame[0] = static_cast<char>(n);
  if (n < 0) return 0;
  return Recurse(n + 1) + frame[0];
}

TEST_F(DeathTest, ExceptionThatLeavesAGoroutine) {
  EXPECT_DEATH(
      {
        Go([] { throw std::runtime_error("no luck"); });
        Chan<int>().Recv();
      },
      "panic: no luck \\[std::runtime_error\\]\n\ngoroutine [0-9]+ "
      "\\[running\\]:\n(.|\n)*#[0-9]+ ");
}

TEST_F(DeathTest, StackOverflow) {
  EXPECT_DEATH(
      {
        Go([] { Recurse(0); });
        Chan<int>().Recv();
      },
      "fatal error: stack overflow\n\ngoroutine [0-9]+ \\[running\\]:\n(.|\n)*#[0-9]+ ");
}

TEST_F(DeathTest, Deadlock) {
  EXPECT_DEATH(
      {
        Chan<int> c(0);
        Go([c] { c.Send(1); });
        Mutex mu;
        mu.Lock();
        mu.Lock();
      },
      "all goroutines are asleep - deadlock!\n\nthread \\[sync.Mutex.Lock, 0x[0-9a-f]+\\]:\n"
      "(.|\n)*goroutine [0-9]+ \\[chan send, 0x[0-9a-f]+\\]:\n");
}

TEST_F(DeathTest, UnlockOfUnlockedMutex) {
  EXPECT_DEATH(
      {
        Mutex mu;
        mu.Unlock();
      },
      "fatal error: sync: unlock of unlocked mutex");
}

// While a writer has the mutex and a reader waits for it.
TEST_F(DeathTest, RUnlockOfReadersThatLeft) {
  EXPECT_DEATH(
      {
        GOMAXPROCS(1);
        Chan<bool> never(0);
        Go([] {
          RWMutex rw;
          rw.Lock();
          Go([&rw] { rw.RLock(); });
          Gosched();
          rw.RUnlock();
        });
        never.Recv();
      },
      "fatal error: sync: RUnlock of unlocked RWMutex");
}

#if GOSYNC_RACE
int step = 0;

// What the detector relies on where a goroutine goes on with a lock of its own.
TEST_F(DeathTest, UnlockByAnotherMeanwhile) {
  EXPECT_DEATH(
      {
        Mutex mu;
        Unseen unseen;
        std::thread other([&] {
          unseen.Await(1);
          mu.Unlock();
          mu.Lock();
          unseen.Reach(2);
        });
        mu.lock();
        step = 1;
        mu.unlock();
        mu.lock();
        unseen.Reach(step);
        unseen.Await(2);
        mu.unlock();
      },
      "fatal error: sync: unlock of a mutex that another goroutine has unlocked meanwhile");
}

TEST_F(DeathTest, RUnlockByAnotherMeanwhile) {
  EXPECT_DEATH(
      {
        RWMutex rw;
        Unseen unseen;
        std::thread other([&] {
          unseen.Await(1);
          rw.RUnlock();
          rw.Lock();
          rw.Unlock();
          rw.RLock();
          unseen.Reach(2);
        });
        rw.Lock();
        step = 1;
        rw.Unlock();
        rw.lock_shared();
        if (step != 1) return;
        rw.unlock_shared();
        rw.lock_shared();
        unseen.Reach(step);
        unseen.Await(2);
        rw.unlock_shared();
      },
      "fatal error: sync: unlock of a mutex that another goroutine has unlocked meanwhile");
}
#endif

}  // namespace
}  // namespace gosync
