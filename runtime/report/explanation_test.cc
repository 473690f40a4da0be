#include "runtime/report/explanation.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/report/synthetic_report.h"

namespace hbsan {
namespace {

std::string Why(const Report& report, const OrderFacts& facts) {
  TextBuffer out;
  Explain(report, facts, "/nowhere/", out);
  return std::string(out.view());
}

TEST(Explanation, SaysNothingWithoutEvidence) { EXPECT_EQ(Why(SyntheticReport().report, {}), ""); }

TEST(Explanation, OneSideLocked) {
  EXPECT_EQ(Why(SyntheticReport().report, {.locks_known = true}),
            "main thread held no mutex, thread T1 held M1 'mu'.");
}

TEST(Explanation, NeitherLocked) {
  SyntheticReport synthetic;
  synthetic.accesses[1].mutexes = {};
  EXPECT_EQ(Why(synthetic.report, {.locks_known = true}), "neither held a mutex.");
}

TEST(Explanation, DifferentMutexes) {
  SyntheticReport synthetic;
  std::array<ReportHeldMutex, 1> other;
  other[0].number = 2;
  other[0].shared = true;
  synthetic.accesses[0].mutexes = other;
  EXPECT_EQ(Why(synthetic.report, {.locks_known = true}),
            "main thread held M2 (for reading), thread T1 held M1 'mu': no common mutex.");
}

TEST(Explanation, BothLockedForReading) {
  SyntheticReport synthetic;
  synthetic.held[0].shared = true;
  synthetic.accesses[0].mutexes = synthetic.held;
  EXPECT_EQ(Why(synthetic.report, {.locks_known = true}),
            "both held M1 'mu' only for reading, which readers share.");
}

TEST(Explanation, ChannelsNeedNoMutex) {
  SyntheticReport synthetic;
  for (ReportAccess& access : synthetic.accesses) access.flavor = AccessFlavor::kChannel;
  synthetic.accesses[1].mutexes = {};
  EXPECT_EQ(Why(synthetic.report, {.locks_known = true}),
            "main thread had not waited for the send on channel by thread T1.");
}

TEST(Explanation, OnlyOneSideAtomic) {
  SyntheticReport synthetic;
  synthetic.accesses[1].flavor = AccessFlavor::kAtomic;
  EXPECT_EQ(Why(synthetic.report, {}),
            "the access of thread T1 is atomic, that of main thread is not.");
}

TEST(Explanation, ChildNotJoined) {
  EXPECT_EQ(Why(SyntheticReport().report, {.current_started_previous = true}),
            "main thread had not joined thread T1, which has finished, before its access.");
}

TEST(Explanation, ParentWentOnAfterTheStart) {
  EXPECT_EQ(Why(SyntheticReport().report, {.previous_started_current = true}),
            "thread T1 made its access after it had started main thread.");
}

TEST(Explanation, NothingReleasedSince) {
  SyntheticReport synthetic;
  EXPECT_EQ(Why(synthetic.report, {.previous_released_nothing = true}),
            "thread T1 released no object after its read.");
  synthetic.threads[1].running = true;
  EXPECT_EQ(Why(synthetic.report, {.previous_released_nothing = true}),
            "thread T1 has released no object after its read.");
}

TEST(Explanation, AReleaseThatNobodyAcquired) {
  const SyntheticReport synthetic;
  OrderFacts facts;
  facts.first_release = {.known = true, .object = "'flag'", .at = &synthetic.previous[0]};
  facts.last_known = {.known = true, .object = "mutex M1", .at = &synthetic.lock[0]};
  EXPECT_EQ(Why(synthetic.report, facts),
            "thread T1 released 'flag' at a.cc:7 after its read, but main thread has not acquired "
            "that; the last that main thread knows of thread T1 is its release of mutex M1 at "
            "a.cc:6.");
}

}  // namespace
}  // namespace hbsan
