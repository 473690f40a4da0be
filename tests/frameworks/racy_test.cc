// A program of GoogleTests some of which race.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <thread>

namespace {

int shared, late, parameter[3], in_child;

// Order that the detector cannot see.
__attribute__((no_sanitize("thread"))) void Set(volatile int* flag) { *flag = 1; }
__attribute__((no_sanitize("thread"))) void Await(volatile int* flag) {
  while (*flag == 0) {
  }
}
volatile int outlive_now, outlived;

void RaceOn(int* at) {
  std::thread other([=] { ++*at; });
  ++*at;
  other.join();
}

TEST(Basic, Clean) {
  std::atomic<int> count{0};
  std::thread other([&] { ++count; });
  other.join();
  EXPECT_EQ(count, 1);
}

TEST(Basic, Races) { RaceOn(&shared); }

// Its thread races when the next test runs.
TEST(Basic, StartsWhatRacesLater) {
  late = 1;
  std::thread([] {
    Await(&outlive_now);
    ++late;
    Set(&outlived);
  }).detach();
}

TEST(Basic, RunsMeanwhile) {
  if (late == 0) GTEST_SKIP() << "the test before did not run in this process";
  late = 2;
  Set(&outlive_now);
  Await(&outlived);
}

class WithParameter : public testing::TestWithParam<int> {};
TEST_P(WithParameter, RacesUnlessZero) {
  if (GetParam() != 0) RaceOn(&parameter[GetParam()]);
}
INSTANTIATE_TEST_SUITE_P(All, WithParameter, testing::Range(0, 3));

TEST(Dies, InItsChild) { EXPECT_EXIT(std::_Exit(3), testing::ExitedWithCode(3), ""); }
TEST(Dies, OfAThreadThatRaced) {
  EXPECT_EXIT((RaceOn(&in_child), std::_Exit(4)), testing::ExitedWithCode(4), "data race");
}

}  // namespace
