#include "gosync/leaks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

#include "gosync/gosync.h"

namespace gosync {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::ExitedWithCode;
using testing::HasSubstr;
using testing::Not;

// What it leaves on the stack is not in use at exit.
__attribute__((noinline)) void FarDown(void (*leave)()) {
  volatile char room[16384];
  room[0] = 0;
  leave();
}

// Each in a process of its own, which ends with a search.
class LeaksDeathTest : public ::testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  [[noreturn]] static void ExitAfter(void (*leave)()) {
    setenv("GOSYNC_LEAKS", "1", 1);
    FarDown(leave);
    Chan<int> settled(0);
    AfterFunc(std::chrono::milliseconds(1), [settled] { settled.Close(); });
    settled.RecvOk();
    std::exit(0);
  }
};

__attribute__((noinline)) void LeaveASender() {
  Chan<int> c(0);
  Go([c] { c.Send(1); });
}

__attribute__((noinline)) void LeaveAChain() {
  Go([] {
    WaitGroup wg;
    Chan<int> a(0), b(0);
    wg.Go([a, b = std::move(b)] { Select(OnRecv(a), OnSend(b, 1)); });
    wg.Go([a = std::move(a)] {
      Chan<int> nil;
      nil.Recv();
      a.Close();  // it would, if it came so far
    });
    wg.Wait();
  });
}

Chan<int> global(0);
std::vector<Chan<int>> many(40'000);  // more than malloc takes from its heap

__attribute__((noinline)) void LeaveReachableOnes() {
  Go([] { global.Recv(); });
  many.back() = Chan<int>(0);
  Go([c = many.back()] { c.Recv(); });
  auto* const on_heap = new WaitGroup;
  on_heap->Add(1);
  Go([on_heap] { on_heap->Wait(); });
  Chan<int> of_sleeper(0), of_timer(0);
  Go([of_sleeper] {
    WaitGroup wg;
    wg.Go([&of_sleeper] { of_sleeper.Recv(); });
    Sleep(std::chrono::hours(1));
    of_sleeper.Close();
    wg.Wait();
  });
  AfterFunc(std::chrono::hours(1), [of_timer] { of_timer.Close(); });
  Go([of_timer] { Select(OnRecv(of_timer), OnRecv(Chan<int>())); });
  // A chain: the last one waits for the one before, which the timer lets go.
  Chan<int> next(0);
  Go([of_timer, next] {
    of_timer.RecvOk();
    next.Close();
  });
  Go([next] { next.RecvOk(); });
}

TEST_F(LeaksDeathTest, ChannelThatNobodyElseKnows) {
  EXPECT_EXIT(ExitAfter(LeaveASender), ExitedWithCode(0),
              ContainsRegex("gosync: goroutines that can never run again: 1\n\n"
                            "goroutine [0-9]+ \\[chan send, 0x[0-9a-f]+\\]:\n"));
}

TEST_F(LeaksDeathTest, WhoWaitsForLeakedOnesIsLeaked) {
  EXPECT_EXIT(
      ExitAfter(LeaveAChain), ExitedWithCode(0),
      AllOf(HasSubstr("gosync: goroutines that can never run again: 3\n"), HasSubstr("[select]"),
            HasSubstr("[chan receive (nil chan)]"), HasSubstr("[sync.WaitGroup.Wait, ")));
}

TEST_F(LeaksDeathTest, WhatCanGoOnIsNotShown) {
  EXPECT_EXIT(ExitAfter(LeaveReachableOnes), ExitedWithCode(0), Not(HasSubstr("gosync: ")));
}

TEST_F(LeaksDeathTest, NothingIsSaidOfRunningOnes) {
  EXPECT_EXIT(ExitAfter([] {
                Go([] {
                  for (;;) Gosched();
                });
              }),
              ExitedWithCode(0), HasSubstr("gosync: no search for leaked goroutines"));
}

}  // namespace
}  // namespace gosync
