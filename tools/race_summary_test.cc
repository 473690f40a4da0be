#include "tools/race_summary.h"

#include <gtest/gtest.h>

#include <sstream>

namespace hbsan::tools {
namespace {

std::string Frame(const std::string& function, const std::string& file, int line) {
  return R"({"function":")" + function + R"(","file":")" + file + R"(","line":)" +
         std::to_string(line) + R"(,"module":"/b/prog"})";
}

std::string Race(int pid, const std::string& write_frames, const std::string& read_frames) {
  return R"({"type":"report","kind":"data race","pid":)" + std::to_string(pid) +
         R"(,"accesses":[{"kind":"write","size":4,"stack":[)" + write_frames +
         R"(]},{"kind":"read","size":4,"stack":[)" + read_frames +
         R"(]}],"location":{"kind":"global","name":"size"},"explanation":"no lock."})";
}

std::string Printed(const RaceSummary& summary, int status) {
  std::ostringstream out;
  summary.Print(out, status);
  return out.str();
}

TEST(RaceSummary, SaysSoWhenThereIsNone) {
  EXPECT_EQ(Printed(RaceSummary(), 3),
            "\nhbsan test: no races were reported; the test command ended with status 3\n");
}

TEST(RaceSummary, CountsEqualRacesOnceInEitherOrder) {
  RaceSummary summary;
  const std::string push = Frame("Push", "queue.cc", 41);
  const std::string size = Frame("Size", "queue.cc", 57);
  summary.Add(Race(10, push, size));
  summary.Add(Race(11, push + "," + Frame("main", "a.cc", 1), size));
  summary.Add(Race(11, size, push));
  EXPECT_EQ(summary.distinct(), 1u);
  EXPECT_EQ(Printed(summary, 0),
            "\n==== hbsan: what the tests' processes reported\n"
            "\n1. data race on global 'size', 3 reports from 2 processes of prog\n"
            "     write of 4 bytes in Push queue.cc:41\n"
            "     read of 4 bytes in Size queue.cc:57\n"
            "     nothing orders them: no lock.\n"
            "\nhbsan test: 1 distinct race in 3 reports from 2 processes; the test command ended "
            "with status 0\n");
}

TEST(RaceSummary, LooksThroughTheStandardLibrary) {
  RaceSummary summary;
  const std::string plumbing = Frame("std::vector<int>::push_back", "/usr/include/c++/12/v.h", 1);
  summary.Add(Race(1, plumbing + "," + Frame("Fill", "a.cc", 2), Frame("Sum", "a.cc", 3)));
  EXPECT_NE(Printed(summary, 0).find("write of 4 bytes in Fill a.cc:2\n"), std::string::npos);
}

TEST(RaceSummary, TellsDifferentPlacesApart) {
  RaceSummary summary;
  summary.Add(Race(1, Frame("f", "a.cc", 1), Frame("g", "a.cc", 2)));
  summary.Add(Race(1, Frame("f", "a.cc", 1), Frame("g", "a.cc", 3)));
  EXPECT_EQ(summary.distinct(), 2u);
}

TEST(RaceSummary, APlaceWithoutSymbolsIsAModuleAndOffset) {
  RaceSummary summary;
  summary.Add(R"({"type":"report","kind":"thread leak","pid":1,)"
              R"("stack":[{"module":"/b/prog","offset":"0x12"}]})");
  EXPECT_NE(Printed(summary, 0).find("in unknown (/b/prog+0x12)\n"), std::string::npos);
}

TEST(RaceSummary, AProcesssClosingLineIsNoReport) {
  RaceSummary summary;
  summary.Add(R"({"type":"summary","pid":1,"races":0})");
  EXPECT_EQ(summary.reports(), 0u);
}

TEST(RaceSummary, CountsWhatItCannotRead) {
  RaceSummary summary;
  summary.Add(R"({"kind":"data ra)");
  EXPECT_EQ(summary.distinct(), 0u);
  EXPECT_NE(Printed(summary, 137).find("1 unreadable report;"), std::string::npos);
}

}  // namespace
}  // namespace hbsan::tools
