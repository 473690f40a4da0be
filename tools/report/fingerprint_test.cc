#include "tools/report/fingerprint.h"

#include <gtest/gtest.h>

#include "tools/report/reader.h"
#include "tools/report/sample_reports.h"

namespace hbsan::tools {
namespace {

std::string FingerprintOf(const SampleRace& sample) {
  ReportReader reader;
  Race race;
  const std::string line = sample.Line();
  EXPECT_EQ(reader.Read(line, race), LineKind::kReport) << line;
  return FingerprintOf(race);
}

const std::string kUsual = FingerprintOf(SampleRace{});

TEST(Fingerprint, IsTheSameForOtherLinesDirectoriesAndProcesses) {
  EXPECT_EQ(kUsual.size(), 16u);
  EXPECT_EQ(kUsual, FingerprintOf(SampleRace{
                        .write = Json({.function = "Push()", .file = "/x/y/a.cc", .line = 61})}));
  EXPECT_EQ(kUsual, FingerprintOf(SampleRace{.pid = 17}));
}

TEST(Fingerprint, IsTheSameInEitherOrder) {
  EXPECT_EQ(kUsual, FingerprintOf(SampleRace{.write_first = false}));
}

TEST(Fingerprint, LeavesOutWhetherAnUpdateWasFoundReadingOrWriting) {
  EXPECT_EQ(kUsual, FingerprintOf(SampleRace{.read_kind = "write"}));
  EXPECT_NE(kUsual, FingerprintOf(SampleRace{.read_kind = "atomic read"}));
  EXPECT_NE(kUsual, FingerprintOf(SampleRace{.write_kind = "free"}));
}

TEST(Fingerprint, LeavesOutTheStandardLibraryAndRecursion) {
  const std::string push = Json({.function = "Push()", .line = 41});
  const std::string plumbing =
      Json({.function = "std::f()", .file = "/usr/include/c++/12/v.h", .column = 9});
  EXPECT_EQ(kUsual, FingerprintOf(SampleRace{.write = plumbing + "," + push + "," + push}));
}

TEST(Fingerprint, TellsCallersColumnsAndObjectsApart) {
  const std::string push = Json({.function = "Push()", .line = 41});
  EXPECT_NE(kUsual, FingerprintOf(SampleRace{.write = push + "," + Json({.function = "Fill()"})}));
  EXPECT_NE(
      kUsual,
      FingerprintOf(SampleRace{.write = Json({.function = "Push()", .line = 41, .column = 20})}));
  EXPECT_NE(kUsual, FingerprintOf(SampleRace{.location = R"({"kind":"global","name":"end"})"}));
}

TEST(Fingerprint, KnowsExpressionsBetterThanColumns) {
  const auto push = [](int line, int column, int expression) {
    return FingerprintOf(SampleRace{
        .write = Json(
            {.function = "Push()", .line = line, .column = column, .expression = expression})});
  };
  EXPECT_EQ(push(41, 3, 7), push(42, 5, 7));
  EXPECT_NE(push(41, 3, 7), push(41, 3, 8));
  EXPECT_NE(push(41, 3, 7), push(41, 3, 0));
}

TEST(Fingerprint, KnowsAHeapBlockByWhoAllocatedIt) {
  const auto heap = [](const std::string& function, const std::string& size) {
    return FingerprintOf(SampleRace{.location = R"({"kind":"heap","size":)" + size +
                                                R"(,"stack":[)" + Json({.function = function}) +
                                                "]}"});
  };
  EXPECT_EQ(heap("Make()", "8"), heap("Make()", "16"));
  EXPECT_NE(heap("Make()", "8"), heap("Grow()", "8"));
}

TEST(StableName, LeavesOutNumbersOfTheCompiler) {
  EXPECT_EQ(StableName("main::$_12::operator()() const"), "main::$_::operator()() const");
  EXPECT_EQ(StableName("Run()::'lambda3'(int)"), "Run()::'lambda'(int)");
  EXPECT_EQ(StableName("Run()::{lambda(int)#2}"), "Run()::{lambda(int)#}");
  EXPECT_EQ(StableName("counter.0.12"), "counter");
  EXPECT_EQ(StableName("Add.llvm.4711"), "Add");
  EXPECT_EQ(StableName("Add() [clone .cold]"), "Add()");
  EXPECT_EQ(StableName("Sum3(v1.h)"), "Sum3(v1.h)");
}

}  // namespace
}  // namespace hbsan::tools
