#include "tools/report/pattern.h"

#include <gtest/gtest.h>

#include <utility>

namespace hbsan::tools {
namespace {

// Two functions that access one variable, both with a mutex of their own if `locks` says so.
Race TwoSides(std::string_view first, std::string_view second) {
  Race race;
  race.kind = "data race";
  race.accesses.resize(2);
  race.accesses[0].kind = first;
  race.accesses[1].kind = second;
  race.accesses[0].stack = {{.function = "Put()", .file = "a.cc", .line = 3}};
  race.accesses[1].stack = {{.function = "Get()", .file = "a.cc", .line = 7}};
  return race;
}

std::string_view NameOf(const Race& race) {
  const Pattern* pattern = RecognisePattern(race);
  return pattern == nullptr ? "none" : pattern->name;
}

TEST(Pattern, NoneWithoutEvidence) { EXPECT_EQ(NameOf(TwoSides("write", "read")), "none"); }

TEST(Pattern, Locks) {
  Race race = TwoSides("write", "read");
  race.accesses[0].mutexes = {{.mutex = 1}};
  EXPECT_EQ(NameOf(race), "lock on one side only");
  race.accesses[1].mutexes = {{.mutex = 2}};
  EXPECT_EQ(NameOf(race), "two different locks");
  race.accesses[1].mutexes = {{.mutex = 1, .shared = true}};
  EXPECT_EQ(NameOf(race), "write under a read lock");
}

TEST(Pattern, DoubleCheckedLockingReadsWithoutTheLock) {
  Race race = TwoSides("write", "read");
  race.accesses[0].mutexes = {{.mutex = 1}};
  race.accesses[1].stack[0].function = "Put()";
  EXPECT_EQ(NameOf(race), "double-checked locking");
  race.accesses[1].kind = "write";
  EXPECT_EQ(NameOf(race), "lock on one side only");
}

TEST(Pattern, Atomicity) {
  EXPECT_EQ(NameOf(TwoSides("atomic write", "read")), "atomic on one side only");
}

TEST(Pattern, Flag) {
  Race race = TwoSides("write", "read");
  race.accesses[0].size = race.accesses[1].size = 1;
  EXPECT_EQ(NameOf(race), "flag that is not atomic");
}

TEST(Pattern, FlagThatEndsAThread) {
  Race race = TwoSides("write", "read");
  race.accesses[0].size = race.accesses[1].size = 1;
  race.explanation = "main thread had not joined thread T1 before its access.";
  EXPECT_EQ(NameOf(race), "flag that is not atomic");
}

TEST(Pattern, ResultsAreWhatTheOtherThreadWrote) {
  Race race = TwoSides("write", "read");
  race.explanation = "main thread had not joined thread T1 before its access.";
  EXPECT_EQ(NameOf(race), "none");
  std::swap(race.accesses[0], race.accesses[1]);
  EXPECT_EQ(NameOf(race), "result read before the thread was joined");
}

TEST(Pattern, BlockOfTheOtherThread) {
  Race race = TwoSides("read", "write");
  race.accesses[0].thread = "main thread";
  race.accesses[1].thread = "thread T1";
  race.location.kind = "heap";
  race.location.thread = "thread T1";
  EXPECT_EQ(NameOf(race), "published without release");
  race.location.thread = "main thread";
  EXPECT_EQ(NameOf(race), "published without release");
  race.threads.resize(1);
  race.threads[0].who = "thread T1";
  race.threads[0].created_by = "main thread";
  EXPECT_EQ(NameOf(race), "none");
  race.location.thread = "thread T2";
  EXPECT_EQ(NameOf(race), "none");
}

TEST(Pattern, UpdateAtOnePlace) {
  Race race = TwoSides("write", "write");
  EXPECT_EQ(NameOf(race), "none");
  race.accesses[1].stack = race.accesses[0].stack;
  EXPECT_EQ(NameOf(race), "update that several threads make at once");
}

TEST(Pattern, ContainerAndCapture) {
  Race race = TwoSides("write", "read");
  race.location.kind = "stack";
  race.accesses[0].stack[0].function = "main::$_0::operator()() const";
  EXPECT_EQ(NameOf(race), "local variable captured by reference");
  race.accesses[0].stack.insert(race.accesses[0].stack.begin(),
                                {.function = "std::vector<int>::push_back(int)",
                                 .file = "/usr/include/c++/12/bits/stl_vector.h"});
  EXPECT_EQ(NameOf(race), "container shared without a lock");
  race.accesses[0].stack[0].function = "std::__cxx11::basic_string<char>::size() const";
  EXPECT_EQ(NameOf(race), "container shared without a lock");
}

TEST(Pattern, MisuseHasNone) {
  Race race;
  race.kind = "double lock of a mutex";
  EXPECT_EQ(NameOf(race), "none");
}

}  // namespace
}  // namespace hbsan::tools
