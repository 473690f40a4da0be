#include "tools/report/reader.h"

#include <gtest/gtest.h>

#include "tools/report/sample_reports.h"

namespace hbsan::tools {
namespace {

LineKind Read(const std::string& line) {
  ReportReader reader;
  Race race;
  return reader.Read(line, race);
}

TEST(ReportReader, ReadsBothSides) {
  ReportReader reader;
  Race race;
  const std::string line = SampleRace{.test = "A.B"}.Line();
  ASSERT_EQ(reader.Read(line, race), LineKind::kReport);
  ASSERT_EQ(race.accesses.size(), 2u);
  EXPECT_EQ(race.accesses[0].kind, "write");
  EXPECT_EQ(race.accesses[0].stack[0].function, "Push()");
  EXPECT_EQ(race.accesses[0].stack[0].line, 41u);
  EXPECT_EQ(race.accesses[0].stack[0].offset, 0x1fu);
  EXPECT_EQ(race.accesses[1].thread, "main thread");
  EXPECT_EQ(race.location.name, "size");
  EXPECT_EQ(race.threads[0].test, "A.B");
  EXPECT_EQ(race.explanation, "no lock.");
}

TEST(ReportReader, AProcesssClosingLineIsNoReport) {
  EXPECT_EQ(Read(R"({"version":1,"type":"summary","pid":1,"races":0})"), LineKind::kOther);
}

TEST(ReportReader, KnowsWhatIsNotHbsans) {
  const std::string line = SampleRace().Line();
  EXPECT_EQ(Read(line.substr(0, line.size() / 2)), LineKind::kUnreadable);
  EXPECT_EQ(Read("Segmentation fault"), LineKind::kUnreadable);
  EXPECT_EQ(Read("[1, 2]"), LineKind::kUnreadable);
  EXPECT_EQ(Read(R"({"type":"report","kind":"data race"})"), LineKind::kUnreadable);
  EXPECT_EQ(Read(R"({"version":2,"type":"report","kind":"data race"})"), LineKind::kUnreadable);
  EXPECT_EQ(Read(R"({"version":1,"type":"report","accesses":7})"), LineKind::kUnreadable);
}

}  // namespace
}  // namespace hbsan::tools
