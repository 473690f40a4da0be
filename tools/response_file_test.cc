#include "tools/response_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace hbsan::tools {
namespace {

using Words = std::vector<std::string>;

std::string WriteFile(const std::string& name, const std::string& text) {
  const std::string path = testing::TempDir() + "response_" + name;
  std::ofstream(path) << text;
  return path;
}

TEST(ResponseFile, SplitsAtWhiteSpace) {
  EXPECT_EQ(SplitResponseText(" a\tb\n\nc "), (Words{"a", "b", "c"}));
}

TEST(ResponseFile, QuotesKeepWhiteSpaceAndMayBeEmpty) {
  EXPECT_EQ(SplitResponseText(R"('a b' "c"d '')"), (Words{"a b", "cd", ""}));
}

TEST(ResponseFile, BackslashTakesTheNextCharacter) {
  EXPECT_EQ(SplitResponseText(R"(a\ b "\"" \\)"), (Words{"a b", "\"", "\\"}));
}

TEST(ResponseFile, TextIsReadBackAsWritten) {
  const Words words{"-DX=\"a b\"", "", "\\", "it's"};
  EXPECT_EQ(SplitResponseText(ToResponseText(words)), words);
}

TEST(ResponseFile, ExpandsNestedFilesInPlace) {
  const std::string inner = WriteFile("inner", "-DB -DC");
  const std::string outer = WriteFile("outer", "-DA @" + inner + " -DD");
  EXPECT_EQ(ExpandResponseFiles({"-c", "@" + outer, "x.c"}).value(),
            (Words{"-c", "-DA", "-DB", "-DC", "-DD", "x.c"}));
}

TEST(ResponseFile, KeepsTheNameOfAMissingFile) {
  EXPECT_EQ(ExpandResponseFiles({"@/nonexistent/file", "@"}).value(),
            (Words{"@/nonexistent/file", "@"}));
}

TEST(ResponseFile, MayBeNamedTwiceButNotIncludeItself) {
  const std::string twice = WriteFile("twice", "-DA");
  EXPECT_EQ(ExpandResponseFiles({"@" + twice, "@" + twice}).value(), (Words{"-DA", "-DA"}));
  const std::string cycle = testing::TempDir() + "response_cycle";
  WriteFile("cycle", "-DA @" + cycle);
  EXPECT_NE(ExpandResponseFiles({"@" + cycle}).status().message().find("includes itself"),
            std::string::npos);
}

}  // namespace
}  // namespace hbsan::tools
