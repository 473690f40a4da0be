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

}  // namespace
}  // namespace hbsan
