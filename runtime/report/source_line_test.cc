#include "runtime/report/source_line.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace hbsan {
namespace {

std::string Show(std::string_view text, std::uint32_t line, std::uint32_t column) {
  TextBuffer out;
  PrintSourceText(text, line, column, out);
  return std::string(out.view());
}

TEST(LineOf, CountsFromOne) {
  EXPECT_EQ(LineOf("a\nb\r\nc", 1), "a");
  EXPECT_EQ(LineOf("a\nb\r\nc", 2), "b");
  EXPECT_EQ(LineOf("a\nb\r\nc", 3), "c");
  EXPECT_EQ(LineOf("a\nb\r\nc", 4), "");
  EXPECT_EQ(LineOf("a", 0), "");
}

TEST(SourceText, PutsTheCaretUnderTheColumn) {
  EXPECT_EQ(Show("  ++x;", 12, 3),
            "      12 |   ++x;\n"
            "         |   ^\n");
  EXPECT_EQ(Show("\t++x;", 7, 2),
            "       7 |   ++x;\n"
            "         |   ^\n");
  EXPECT_EQ(Show("Größe = x;", 7, 11),
            "       7 | Größe = x;\n"
            "         |         ^\n");
}

TEST(SourceText, NoCaretWithoutAColumnOrOutside) {
  EXPECT_EQ(Show("x", 1, 0), "       1 | x\n");
  EXPECT_EQ(Show("x", 1, 9), "       1 | x\n");
}

TEST(SourceText, CutsLongLinesAroundTheColumn) {
  const std::string line = std::string(500, 'a') + "X" + std::string(500, 'b');
  const std::string shown = Show(line, 1, 501);
  const std::size_t newline = shown.find('\n');
  EXPECT_EQ(newline, 100u);
  EXPECT_EQ(shown.find('X'), shown.find('^') - newline - 1);
  EXPECT_EQ(shown.substr(0, 15), "       1 | ...a");
  EXPECT_EQ(shown.substr(newline - 4, 4), "b...");
  EXPECT_EQ(Show(line, 1, 1).find('\n'), 97u);
}

TEST(QuoteSourceLine, TrimsAndCuts) {
  const std::string file = testing::TempDir() + "quoted.cc";
  std::ofstream(file) << "\n  done.Send(i); \n" << std::string(100, 'x') << "\n";
  const auto quote = [&](std::uint32_t line) {
    TextBuffer out;
    QuoteSourceLine(file, line, out);
    return std::string(out.view());
  };
  EXPECT_EQ(quote(2), "`done.Send(i);`");
  EXPECT_EQ(quote(3), "`" + std::string(60, 'x') + "...`");
  EXPECT_EQ(quote(1), "");
  EXPECT_EQ(quote(9), "");
  std::remove(file.c_str());
}

TEST(PrintSourceLine, IsSilentWithoutTheFile) {
  TextBuffer out;
  PrintSourceLine("/nowhere/at/all.cc", 1, 1, out);
  PrintSourceLine("relative.cc", 1, 1, out);
  PrintSourceLine("/dev/null", 1, 1, out);
  PrintSourceLine("/", 1, 1, out);
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace hbsan
