#include "runtime/report/suppressions.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/report/synthetic_report.h"

namespace hbsan {
namespace {

TEST(MatchesPattern, FindsPlainTextAnywhere) {
  EXPECT_TRUE(MatchesPattern("foo", "a::foo(int)"));
  EXPECT_FALSE(MatchesPattern("foo", "bar"));
  EXPECT_FALSE(MatchesPattern("", "bar"));
}

TEST(MatchesPattern, CaretAndDollarBindToTheEnds) {
  EXPECT_TRUE(MatchesPattern("^foo", "foobar"));
  EXPECT_FALSE(MatchesPattern("^foo", "a foo"));
  EXPECT_TRUE(MatchesPattern("foo$", "a foo"));
  EXPECT_FALSE(MatchesPattern("foo$", "foobar"));
  EXPECT_TRUE(MatchesPattern("^foo$", "foo"));
  EXPECT_FALSE(MatchesPattern("^foo$", "foofoo"));
  EXPECT_TRUE(MatchesPattern("foo$", "foofoo"));
}

TEST(MatchesPattern, StarStandsForAnyText) {
  EXPECT_TRUE(MatchesPattern("a*c", "xxabbbcxx"));
  EXPECT_FALSE(MatchesPattern("a*c", "xxcxxa"));
  EXPECT_TRUE(MatchesPattern("^a*c$", "abbc"));
  EXPECT_FALSE(MatchesPattern("^a*c$", "abbcd"));
  EXPECT_TRUE(MatchesPattern("*", "anything"));
  EXPECT_TRUE(MatchesPattern("^*foo", "a foo"));
  EXPECT_TRUE(MatchesPattern("foo*bar*baz", "foo bar bar baz"));
  EXPECT_FALSE(MatchesPattern("ab*ab", "ab"));
}

class SuppressionsTest : public testing::Test {
 protected:
  bool Matches(std::string_view rule, const Report& report) {
    Suppressions rules;
    EXPECT_EQ(rules.Add(rule, false, keep), "");
    return rules.Match(report) != nullptr;
  }

  Scratch keep;
  SyntheticReport synthetic;
};

TEST_F(SuppressionsTest, RaceLooksAtEveryFrameOfBothStacks) {
  const Report& report = synthetic.report;
  EXPECT_TRUE(Matches("race:bump", report));
  EXPECT_TRUE(Matches("race:^main$", report));
  EXPECT_TRUE(Matches("race:reader", report));
  EXPECT_TRUE(Matches("race:a.cc", report));
  EXPECT_TRUE(Matches("race:/prog$", report));
  EXPECT_TRUE(Matches("race:^gs$", report));
  EXPECT_FALSE(Matches("race:other", report));
}

TEST_F(SuppressionsTest, RaceTopLooksAtTheInnermostFrames) {
  EXPECT_TRUE(Matches("race_top:bump", synthetic.report));
  EXPECT_TRUE(Matches("race_top:reader", synthetic.report));
  EXPECT_FALSE(Matches("race_top:^main$", synthetic.report));
}

TEST_F(SuppressionsTest, CalledFromLibLooksAtTheInnermostModule) {
  synthetic.current[0].module = "/usr/lib/libfoo.so.1";
  EXPECT_TRUE(Matches("called_from_lib:libfoo.so", synthetic.report));
  EXPECT_FALSE(Matches("called_from_lib:libbar.so", synthetic.report));
}

TEST_F(SuppressionsTest, OtherKindsObeyTheirOwnRules) {
  Report misuse;
  misuse.kind = "double lock of a mutex";
  misuse.stack = synthetic.current;
  EXPECT_TRUE(Matches("mutex:bump", misuse));
  EXPECT_FALSE(Matches("race:bump", misuse));
  misuse.kind = "join of the thread itself";
  EXPECT_TRUE(Matches("thread:main", misuse));
  EXPECT_FALSE(Matches("mutex:main", misuse));
  EXPECT_FALSE(Matches("thread:main", synthetic.report));
}

TEST_F(SuppressionsTest, CommentsAndBlankLinesAreSkipped) {
  Suppressions rules;
  EXPECT_EQ(rules.Add("# one\n\n  race:bump \r\n#race:x\n", false, keep), "");
  EXPECT_NE(rules.Match(synthetic.report), nullptr);
}

TEST_F(SuppressionsTest, NamesTheFirstMalformedLine) {
  Suppressions rules;
  EXPECT_EQ(rules.Add("race:a\nrice:b\nrace\n", false, keep), "rice:b");
  EXPECT_EQ(rules.Add("race:\n", false, keep), "race:");
}

TEST_F(SuppressionsTest, StatisticsNameTheUsedAndTheUnused) {
  Suppressions rules;
  rules.Add("race:bump\nrace:never\n", false, keep);
  rules.Add("race:builtin\n", true, keep);
  rules.Match(synthetic.report);
  rules.Match(synthetic.report);
  TextBuffer out;
  rules.PrintStatistics(out);
  EXPECT_EQ(out.view(),
            "hbsan: suppressed 2 reports: race:bump (2)\n"
            "hbsan: suppressions that never matched: race:never\n");
}

TEST(Suppressions, EndOnTheirLastDay) {
  constexpr std::string_view kText = "# reason: old\n# until: 2026-11-20\nrace:bump\nrace:other\n";
  for (const std::uint32_t today : {20261120u, 20261121u}) {
    Scratch keep;
    Suppressions rules;
    rules.SetToday(today);
    EXPECT_EQ(rules.Add(kText, false, keep), "");
    EXPECT_EQ(rules.first()->reason, "old");
    EXPECT_EQ(rules.first()->next->until, "");
    SyntheticReport synthetic;
    EXPECT_EQ(rules.Match(synthetic.report) != nullptr, today == 20261120);
    TextBuffer text;
    rules.PrintStatistics(text);
    EXPECT_EQ(text.view().find("hbsan: suppressions that expired: race:bump (2026-11-20)\n") !=
                  std::string_view::npos,
              today == 20261121);
  }
}

TEST(Suppressions, AnImpossibleDateIsMalformed) {
  Scratch keep;
  Suppressions rules;
  EXPECT_EQ(rules.Add("# until: 2026-13-01\nrace:x\n", false, keep), "# until: 2026-13-01");
  EXPECT_EQ(DayOf("2026-1-1"), 0u);
  EXPECT_EQ(DayOf("next year!"), 0u);
}

TEST(Suppressions, ABroadOneIsNamed) {
  Scratch keep;
  Suppressions rules;
  rules.Add("race:a.cc\n", false, keep);
  for (const std::string_view name : {"A()", "A()", "B()", "C()", "D()"}) {
    SyntheticReport synthetic;
    synthetic.current[0].function = name;
    EXPECT_NE(rules.Match(synthetic.report), nullptr);
  }
  EXPECT_FALSE(rules.first()->broad());
  SyntheticReport synthetic;
  synthetic.current[0].function = "E()";
  rules.Match(synthetic.report);
  TextBuffer text;
  rules.PrintStatistics(text);
  EXPECT_NE(text.view().find("that left out races of many functions: race:a.cc\n"),
            std::string_view::npos);
}

}  // namespace
}  // namespace hbsan
