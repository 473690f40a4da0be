#include "tools/test_table.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tools/report/reader.h"
#include "tools/report/sample_reports.h"

namespace hbsan::tools {
namespace {

void Add(const SampleRace& sample, RaceSet& races) {
  ReportReader reader;
  Race race;
  const std::string line = sample.Line();
  ASSERT_EQ(reader.Read(line, race), LineKind::kReport);
  races.Add(std::move(race));
}

std::string Printed(const RaceSet& races, const TestTimes& times) {
  std::ostringstream out;
  PrintTestTable(races, times, out);
  return out.str();
}

TEST(TestTable, IsEmptyWithoutRaces) { EXPECT_EQ(Printed(RaceSet(), {}), ""); }

TEST(TestTable, CountsRacesByTestAndElseByProgram) {
  RaceSet races;
  Add({.test = "Queue.Push"}, races);
  Add({.test = "Queue.Push"}, races);
  Add({.location = R"({"kind":"global","name":"end"})", .test = "Queue.Push"}, races);
  Add({.location = R"({"kind":"global","name":"begin"})"}, races);
  EXPECT_EQ(Printed(races, {{"Queue.Push", 0.125}}),
            "test          races  reports  time\n"
            "Queue.Push        2        3  0.12 s\n"
            "program prog      1        1\n\n");
}

TEST(TestTable, ReadsCTestsTimes) {
  const std::string file = testing::TempDir() + "/ctest.xml";
  std::ofstream(file) << "<testsuite name=\"x\" time=\"9\">\n"
                         "\t<testcase name=\"A.B&lt;int&gt;\" classname=\"c\" time=\"0.25\" "
                         "status=\"run\">\n";
  EXPECT_EQ(ReadTestTimes(file), (TestTimes{{"A.B<int>", 0.25}}));
  EXPECT_TRUE(ReadTestTimes("/nowhere").empty());
}

}  // namespace
}  // namespace hbsan::tools
