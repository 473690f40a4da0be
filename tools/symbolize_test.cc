#include "tools/symbolize.h"

#include <gtest/gtest.h>

namespace hbsan::tools {
namespace {

constexpr char kReport[] =
    "WARNING: hbsan: data race (pid=7)\n"
    "  Write of size 4 at 0x7f00 by thread T1:\n"
    "    #0 (/tmp/a b+0x10) (BuildId: 12ab)\n"
    "    #1 main a.cc:3:4 (/tmp/a b+0x20)\n"
    "  Previous read of size 4 at 0x7f00 by main thread:\n"
    "    #0 (/tmp/a b+0x30)\n";

TEST(Symbolize, FindsTheUnfinishedFramesOnly) {
  EXPECT_EQ(UnfinishedFrames(kReport),
            (std::vector<ModuleOffset>{{"/tmp/a b", 0x10}, {"/tmp/a b", 0x30}}));
}

TEST(Symbolize, AsksForEachPlace) {
  EXPECT_EQ(SymbolizerInput({{"/tmp/a b", 0x10}, {"/x", 0xff}}, SymbolKind::kCode),
            "CODE \"/tmp/a b\" 0x10\nCODE \"/x\" 0xff\n");
  EXPECT_EQ(SymbolizerInput({{"/x", 0xff}}, SymbolKind::kData), "DATA \"/x\" 0xff\n");
}

TEST(Symbolize, ReadsInlinedFramesAndSkipsTheUnknown) {
  const std::vector<ModuleOffset> places = {{"m", 1}, {"m", 2}};
  const SourceFrames frames = ReadSymbolizerOutput(
      places, SymbolKind::kCode,
      "??\n  Filename: ??\n  Line: 0\n  Column: 0\n\n"
      "inner\n  Filename: a.cc\n  Function start line: 9\n  Line: 1\n  Column: 2\n"
      "  Discriminator: 7\n"
      "outer\n  Filename: a.cc\n  Line: 5\n  Column: 6\n\n");
  ASSERT_EQ(frames.size(), 1u);
  const std::vector<SourceFrame>& found = frames.at(places[1]);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].expression, 7u);
  EXPECT_EQ(found[1].function, "outer");
  EXPECT_EQ(found[1].file, "a.cc");
  EXPECT_EQ(found[1].line, 5u);
  EXPECT_EQ(found[1].column, 6u);
  EXPECT_EQ(found[1].expression, 0u);
}

TEST(Symbolize, ReadsNamesOfData) {
  const std::vector<ModuleOffset> places = {{"m", 1}, {"m", 2}};
  const SourceFrames frames =
      ReadSymbolizerOutput(places, SymbolKind::kData, "??\n0 0\n??:?\n\nname\n16 8\na.cc:3\n\n");
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames.at(places[1]).front().function, "name");
}

TEST(Symbolize, CompletesAndRenumbersWithinAStack) {
  const SourceFrames frames = {
      {{"/tmp/a b", 0x10}, {{"inner()", "a.cc", 1, 2, 0}, {"outer()", "a.cc", 5, 6, 0}}},
      {{"/tmp/a b", 0x30}, {{"nowhere()", "", 0, 0, 0}}}};
  EXPECT_EQ(CompleteFrames(kReport, frames),
            "WARNING: hbsan: data race (pid=7)\n"
            "  Write of size 4 at 0x7f00 by thread T1:\n"
            "    #0 inner() a.cc:1:2 (a b+0x10)\n"
            "    #1 outer() a.cc:5:6 (a b+0x10)\n"
            "    #2 main a.cc:3:4 (/tmp/a b+0x20)\n"
            "  Previous read of size 4 at 0x7f00 by main thread:\n"
            "    #0 nowhere() (a b+0x30)\n");
}

TEST(Symbolize, LeavesAReportWithoutUnfinishedFramesAsItIs) {
  const std::string report = "    #0 main a.cc:3:4\ntext\n";
  EXPECT_TRUE(UnfinishedFrames(report).empty());
  EXPECT_EQ(CompleteFrames(report, {}), report);
}

}  // namespace
}  // namespace hbsan::tools
