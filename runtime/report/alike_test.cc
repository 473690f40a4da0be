#include "runtime/report/alike.h"

#include <gtest/gtest.h>

#include <vector>

#include "runtime/report/synthetic_report.h"

namespace hbsan {
namespace {

ReportFrame Call(std::uint32_t line, std::uint32_t column, std::uint32_t expression) {
  ReportFrame frame = MakeFrame("work()", "/home/u/a.cc", line, column);
  frame.expression = expression;
  return frame;
}

ReportFrame Std(std::string_view function, std::uint32_t line) {
  return MakeFrame(function, "/usr/include/c++/12/bits/vector.tcc", line);
}

std::uint64_t LooksOfStacks(const std::vector<ReportFrame>& a, const std::vector<ReportFrame>& b,
                            std::string_view variable = "list") {
  SyntheticReport race;
  race.accesses[0].stack = a;
  race.accesses[1].stack = b;
  race.report.location.name = variable;
  return LooksOf(race.report);
}

const ReportFrame kPush = Call(7, 8, 5);
const std::vector<ReportFrame> kEnd = {Std("std::vector::end", 80), kPush};

TEST(Alike, LibrarysFramesDoNotCount) {
  const std::vector<ReportFrame> grow = {Std("std::copy", 9), Std("std::vector::push_back", 3),
                                         kPush};
  EXPECT_EQ(LooksOfStacks(kEnd, kEnd), LooksOfStacks(grow, kEnd));
  EXPECT_EQ(LooksOfStacks(kEnd, grow), LooksOfStacks(grow, kEnd));
  EXPECT_NE(LooksOfStacks({Std("std::copy", 9)}, kEnd), LooksOfStacks({Std("std::copy", 8)}, kEnd))
      << "no frame of the program";
}

TEST(Alike, LinesExpressionsCallersAndVariablesCount) {
  const std::uint64_t usual = LooksOfStacks(kEnd, kEnd);
  EXPECT_NE(usual, LooksOfStacks({Call(8, 8, 5)}, kEnd));
  EXPECT_NE(usual, LooksOfStacks({Call(7, 8, 6)}, kEnd));
  EXPECT_EQ(usual, LooksOfStacks({Call(7, 9, 5)}, kEnd));
  EXPECT_NE(LooksOfStacks({Call(7, 8, 0)}, kEnd), LooksOfStacks({Call(7, 9, 0)}, kEnd));
  EXPECT_NE(usual, LooksOfStacks({kPush, Call(90, 1, 0)}, kEnd));
  EXPECT_NE(usual, LooksOfStacks(kEnd, kEnd, "other"));
}

}  // namespace
}  // namespace hbsan
