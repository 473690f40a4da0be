#include "runtime/report/options.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

namespace hbsan {
namespace {

class OptionsTest : public testing::Test {
 protected:
  // Returns what was wrong.
  std::string Parse(std::string_view text) {
    TextBuffer problems;
    ParseOptions(text, options, keep, problems);
    return std::string(problems.view());
  }

  Scratch keep;
  Options options;
};

TEST_F(OptionsTest, EverySeparatorSeparates) {
  EXPECT_EQ(Parse("exitcode=1:halt_on_error=1,max_reports=3 symbolize=0\nverbosity=2\ttsan"),
            "tsan");
  EXPECT_EQ(options.exitcode, 1);
  EXPECT_TRUE(options.halt_on_error);
  EXPECT_EQ(options.max_reports, 3);
  EXPECT_FALSE(options.symbolize);
  EXPECT_EQ(options.verbosity, 2);
}

TEST_F(OptionsTest, FlagsTakeWordsAndDigits) {
  EXPECT_EQ(Parse("halt_on_error=yes:symbolize=no:help=true:print_summary=false"), "");
  EXPECT_TRUE(options.halt_on_error);
  EXPECT_FALSE(options.symbolize);
  EXPECT_TRUE(options.help);
  EXPECT_FALSE(options.print_summary);
}

TEST_F(OptionsTest, QuotedValuesMayHoldSeparators) {
  EXPECT_EQ(Parse("log_path='/tmp/a b:c':suppressions=\"x,y\""), "");
  EXPECT_EQ(options.log_path, "/tmp/a b:c");
  EXPECT_EQ(options.suppressions, "x,y");
}

TEST_F(OptionsTest, TheLastValueWins) {
  EXPECT_EQ(Parse("exitcode=1:exitcode=2"), "");
  EXPECT_EQ(options.exitcode, 2);
}

TEST_F(OptionsTest, NamesEverythingUnknownOrMalformed) {
  EXPECT_EQ(Parse("nonsense=1:exitcode=abc:halt_on_error=2:loose:color=pink:log_path='open"),
            "nonsense=1, exitcode=abc, halt_on_error=2, loose, color=pink, log_path='open");
  EXPECT_EQ(options.exitcode, 66);
  EXPECT_FALSE(options.halt_on_error);
}

TEST_F(OptionsTest, MalformedValueLeavesTheFormerOne) {
  EXPECT_EQ(Parse("halt_on_error=1:halt_on_error=maybe"), "halt_on_error=maybe");
  EXPECT_TRUE(options.halt_on_error);
}

TEST_F(OptionsTest, NumbersHaveBounds) {
  EXPECT_EQ(Parse("exitcode=-1"), "");
  EXPECT_EQ(options.exitcode, -1);
  EXPECT_EQ(Parse("max_reports=99999999999:max_reports=:max_reports=-"),
            "max_reports=99999999999, max_reports=, max_reports=-");
}

TEST_F(OptionsTest, EnumsTakeTheirNames) {
  EXPECT_EQ(Parse("report_format=json:color=never"), "");
  EXPECT_EQ(options.report_format, ReportFormat::kJson);
  EXPECT_EQ(options.color, Color::kNever);
}

TEST_F(OptionsTest, AcceptsWhatThreadSanitizerKnows) {
  EXPECT_EQ(Parse("history_size=7:second_deadlock_stack=1:handle_segv=0:io_sync=2"), "");
}

TEST_F(OptionsTest, IncludesFiles) {
  const std::string path = testing::TempDir() + "hbsan_options";
  std::ofstream(path) << "exitcode=5\nwrong\n";
  EXPECT_EQ(Parse("include=" + path), "wrong");
  EXPECT_EQ(options.exitcode, 5);
  std::remove(path.c_str());
  EXPECT_EQ(Parse("include=" + path), "include=" + path);
  EXPECT_EQ(Parse("include_if_exists=" + path), "");
}

TEST_F(OptionsTest, AFileThatIncludesItselfEnds) {
  const std::string path = testing::TempDir() + "hbsan_options_loop";
  std::ofstream(path) << "include=" << path << "\nexitcode=5";
  EXPECT_EQ(Parse("include=" + path), "include=" + path);
  EXPECT_EQ(options.exitcode, 5);
  std::remove(path.c_str());
}

TEST_F(OptionsTest, HelpShowsPresentValues) {
  Parse("exitcode=7:log_path=/x:color=always");
  TextBuffer out;
  PrintOptionHelp(options, out);
  const std::string text(out.view());
  EXPECT_NE(text.find("  exitcode=7  (number)\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  log_path=/x  (path)\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  color=always  (auto, always or never)\n"), std::string::npos) << text;
}

TEST_F(OptionsTest, DocumentationListsTheTable) {
  std::ostringstream expected;
  for (const OptionRow& row : OptionTable()) {
    expected << "| `" << row.name << "` | " << row.type << " | " << row.description << " |\n";
  }
  std::ostringstream docs;
  docs << std::ifstream(HBSAN_SOURCE_DIR "/docs/options.md").rdbuf();
  EXPECT_NE(docs.str().find(expected.str()), std::string::npos)
      << "docs/options.md should hold these rows:\n"
      << expected.str();
}

}  // namespace
}  // namespace hbsan
