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
  EXPECT_EQ(SymbolizerInput({{"/tmp/a b", 0x10}, {"/x", 0xff}}),
            "\"/tmp/a b\" 0x10\n\"/x\" 0xff\n");
}

TEST(Symbolize, ReadsInlinedFramesAndSkipsTheUnknown) {
  const std::vector<ModuleOffset> places = {{"m", 1}, {"m", 2}};
  const SourceFrames frames =
      ReadSymbolizerOutput(places, "??\n??:0:0\n\ninner\na.cc:1:2\nouter\na.cc:5:6\n\n");
  ASSERT_EQ(frames.size(), 1u);
  ASSERT_EQ(frames.at(places[1]).size(), 2u);
  EXPECT_EQ(frames.at(places[1])[1].location, "a.cc:5:6");
}

TEST(Symbolize, CompletesAndRenumbersWithinAStack) {
  const SourceFrames frames = {
      {{"/tmp/a b", 0x10}, {{"inner()", "a.cc:1:2"}, {"outer()", "a.cc:5:6"}}},
      {{"/tmp/a b", 0x30}, {{"nowhere()", "??:0:0"}}}};
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
