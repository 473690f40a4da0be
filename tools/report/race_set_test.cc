#include "tools/report/race_set.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tools/report/findings.h"
#include "tools/report/reader.h"
#include "tools/report/sample_reports.h"
#include "tools/report/writers.h"

namespace hbsan::tools {
namespace {

// What was read from, and is read again.
void AddLines(const std::string& lines, RaceSet& races) {
  ReportReader reader;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    Race race;
    ASSERT_EQ(reader.Read(line, race), LineKind::kReport) << line;
    races.Add(std::move(race));
  }
}

std::string Written(Writer writer, const RaceSet& races, const RaceSet* baseline = nullptr) {
  std::ostringstream out;
  writer(Compare(races, baseline, "/src"), out);
  return out.str();
}

const SampleRace kOther = {.location = R"({"kind":"global","name":"end"})"};

TEST(RaceSet, CountsReportsProgramsAndTestsOfARace) {
  RaceSet races;
  AddLines(SampleRace{.test = "Queue.Push"}.Line() + "\n" +
               SampleRace{.test = "Queue.Pop", .pid = 2, .write_first = false}.Line() + "\n",
           races);
  ASSERT_EQ(races.size(), 1u);
  const Race& race = *races.Sorted().front();
  EXPECT_EQ(race.reports, 2u);
  EXPECT_EQ(race.programs, (std::set<std::string, std::less<>>{"prog"}));
  EXPECT_EQ(race.tests, (std::set<std::string, std::less<>>{"Queue.Pop", "Queue.Push"}));
  EXPECT_EQ(races.processes(), 2u);
}

TEST(RaceSet, MergesWhatWasMerged) {
  RaceSet first;
  AddLines(SampleRace().Line() + "\n" + SampleRace().Line() + "\n" + kOther.Line() + "\n", first);
  const std::string merged = Written(WriteJson, first);
  RaceSet second;
  AddLines(merged + merged, second);
  EXPECT_EQ(second.size(), 2u);
  EXPECT_EQ(second.reports(), 6u);
  EXPECT_NE(Written(WriteText, second).find("4 reports of prog"), std::string::npos);
}

TEST(RaceSet, KeepsEveryFieldOfAReport) {
  RaceSet first, second;
  AddLines(SampleRace{.test = "Queue.Push"}.Line(), first);
  const std::string once = Written(WriteJson, first);
  AddLines(once, second);
  EXPECT_EQ(once, Written(WriteJson, second));
}

// `*p = *p + 1` of two threads: a write of one with the read, and with the write, of the other.
const std::string kUpdating = Json(SampleFrame{.function = "Add()", .line = 7, .column = 6});
const SampleRace kHalf = {.write = kUpdating,
                          .read = Json({.function = "Add()", .line = 7, .column = 11})};
const SampleRace kWhole = {.write = kUpdating, .read = kUpdating, .read_kind = "write"};

TEST(RaceSet, MakesOneRaceOfAnUpdatesHalves) {
  for (const std::string& lines :
       {kHalf.Line() + "\n" + kWhole.Line(), kWhole.Line() + "\n" + kHalf.Line()}) {
    RaceSet races, whole, half;
    AddLines(lines, races);
    AddLines(kWhole.Line(), whole);
    AddLines(kHalf.Line(), half);
    races.Complete();
    ASSERT_EQ(races.size(), 1u);
    EXPECT_EQ(races.Sorted().front()->fingerprint, whole.Sorted().front()->fingerprint);
    EXPECT_EQ(races.reports(), 2u);
    // Either one is known where both are, and the other way round.
    EXPECT_TRUE(Compare(half, &races, "").Failures().empty());
    EXPECT_TRUE(Compare(races, &half, "").Failures().empty());
    RaceSet again;
    AddLines(kHalf.Line() + "\n" + Written(WriteJson, races), again);
    again.Complete();
    EXPECT_EQ(again.size(), 1u);
    EXPECT_EQ(again.reports(), 3u);
  }
}

TEST(RaceSet, KeepsOtherRacesOfThatLineApart) {
  SampleRace elsewhere = kHalf;
  elsewhere.pid = 2;  // another process: another variable, for all one knows
  SampleRace other_line = kHalf;
  other_line.read = Json({.function = "Add()", .line = 8, .column = 11});
  for (const SampleRace& other : {elsewhere, other_line}) {
    RaceSet races;
    AddLines(kWhole.Line() + "\n" + other.Line(), races);
    races.Complete();
    EXPECT_EQ(races.size(), 2u);
  }
}

TEST(Findings, OnlyNewRacesFail) {
  RaceSet races, baseline;
  AddLines(SampleRace().Line(), baseline);
  AddLines(SampleRace().Line() + "\n" + kOther.Line(), races);
  const Findings findings = Compare(races, &baseline, "");
  EXPECT_EQ(findings.Failures().size(), 1u);
  EXPECT_EQ(findings.Failures().front()->location.name, "end");
  EXPECT_EQ(findings.Verdict(),
            "2 distinct races in 2 reports: 1 new, 1 in the baseline; 0 of the baseline vanished");
}

TEST(Findings, NamesWhatVanished) {
  RaceSet races, baseline;
  AddLines(SampleRace().Line(), baseline);
  EXPECT_TRUE(Compare(races, &baseline, "").Failures().empty());
  EXPECT_NE(Written(WriteText, races, &baseline)
                .find("Vanished, only in the baseline:\n  data race on global 'size' in Push() "
                      "a.cc:41 and Size() a.cc:57"),
            std::string::npos);
}

TEST(Writers, GithubEscapesWhatEndsAProperty) {
  RaceSet races;
  AddLines(
      SampleRace{.write = Json({.function = "A::B()", .file = "/src/x,y.cc", .line = 4})}.Line(),
      races);
  const std::string text = Written(WriteGithub, races);
  EXPECT_EQ(text.find("::error file=x%2Cy.cc,line=4,col=3,title=hbsan%3A data race on global"), 0u)
      << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST(Writers, JunitEscapesXml) {
  RaceSet races;
  AddLines(SampleRace{.write = Json({.function = "Map<int&>::Get()"}), .test = "Maps.Get"}.Line(),
           races);
  const std::string text = Written(WriteJunit, races);
  EXPECT_NE(text.find("tests=\"1\" failures=\"1\""), std::string::npos);
  EXPECT_NE(text.find("classname=\"Maps.Get\""), std::string::npos);
  EXPECT_NE(text.find("Map&lt;int&amp;&gt;::Get()"), std::string::npos);
}

TEST(Writers, TextWrapsSentencesAt100Columns) {
  Race race;
  const std::string words =
      "thread T1 released 'queue' at queue.cc:17:3 after its write, but main thread has not "
      "acquired that.";
  race.kind = "data race";
  race.explanation = words;
  std::ostringstream out;
  PrintRace(race, "", "     ", out);
  EXPECT_NE(
      out.str().find("\n     Nothing orders them: thread T1 released 'queue' at queue.cc:17:3 "
                     "after its write, but main\n       thread has not acquired that.\n"),
      std::string::npos)
      << out.str();
}

TEST(Writers, AnUnknownFormatIsNamed) {
  EXPECT_EQ(FindWriter("yaml").status().message().substr(0, 14), "no format yaml");
}

}  // namespace
}  // namespace hbsan::tools
