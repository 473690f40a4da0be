#include "runtime/report/json_report.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/report/synthetic_report.h"

namespace hbsan {
namespace {

std::string Json(std::string_view text) {
  TextBuffer out;
  PrintJsonString(text, out);
  return std::string(out.view());
}

TEST(JsonString, EscapesWhatJsonForbids) {
  EXPECT_EQ(Json("a\"b\\c\n\t\r\x01"), "\"a\\\"b\\\\c\\n\\t\\r\\u0001\"");
}

TEST(JsonString, KeepsUtf8AndReplacesOtherBytes) {
  EXPECT_EQ(Json("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"),
            "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"");
  EXPECT_EQ(Json("\xFF"), "\"\xEF\xBF\xBD\"");
  EXPECT_EQ(Json("\xC3"), "\"\xEF\xBF\xBD\"");                                  // cut short
  EXPECT_EQ(Json("\xC0\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");                  // overlong
  EXPECT_EQ(Json("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");  // surrogate
}

TEST(JsonReport, IsOneLineWithEveryPart) {
  const SyntheticReport synthetic;
  TextBuffer out;
  PrintJson(synthetic.report, "/nowhere/", out);
  EXPECT_EQ(
      out.view(),
      R"J({"version":1,"type":"report","kind":"data race","pid":42,"accesses":[)J"
      R"J({"kind":"write","address":"0x5004","size":4,"thread":"main thread","mutexes":[],"stack":[)J"
      R"J({"pc":"0x401004","function":"bump(int*)","file":"a.cc","line":4,"column":3,)J"
      R"J("module":"/home/u/prog","offset":"0x1004","build_id":"abcd"},)J"
      R"J({"pc":"0x401009","function":"main","file":"a.cc","line":9,)J"
      R"J("module":"/home/u/prog","offset":"0x1009","build_id":"abcd"}]},)J"
      R"J({"kind":"read","address":"0x5004","size":4,"thread":"thread T1","mutexes":[)J"
      R"J({"mutex":1,"mode":"write","acquired":[{"pc":"0x401006","function":"reader()",)J"
      R"J("file":"a.cc","line":6,"module":"/home/u/prog","offset":"0x1006","build_id":"abcd"}]}],)J"
      R"J("stack":[{"pc":"0x401007","function":"reader()","file":"a.cc","line":7,)J"
      R"J("module":"/home/u/prog","offset":"0x1007","build_id":"abcd"}]}],)J"
      R"J("location":{"kind":"global","address":"0x5000","size":40,"offset":4,"name":"gs",)J"
      R"J("file":"a.cc","line":1,"module":"/home/u/prog","module_offset":"0x2000"},)J"
      R"J("mutexes":[{"mutex":1,"address":"0x6000","name":"mu","locked":[{"pc":"0x401006",)J"
      R"J("function":"reader()","file":"a.cc","line":6,"module":"/home/u/prog",)J"
      R"J("offset":"0x1006","build_id":"abcd"}]}],)J"
      R"J("threads":[{"thread":"main thread","running":true},{"thread":"thread T1",)J"
      R"J("name":"worker","tid":77,"running":false,"created_by":"main thread","created":[)J"
      R"J({"pc":"0x401008","function":"main","file":"a.cc","line":8,"module":"/home/u/prog",)J"
      R"J("offset":"0x1008","build_id":"abcd"}]}],)J"
      R"J("explanation":"main thread held no mutex.",)J"
      R"J("summary":"data race a.cc:4:3 in bump(int*)"})J"
      "\n");
}

TEST(JsonSummary, CountsReportsAndRules) {
  Scratch keep;
  Suppressions rules;
  rules.Add("race:foo\n", false, keep);
  TextBuffer out;
  PrintJsonSummary({.pid = 42, .races = 2, .others = 1, .not_shown = 1}, rules, out);
  EXPECT_EQ(out.view(),
            "{\"version\":1,\"type\":\"summary\",\"pid\":42,\"races\":2,\"others\":1,"
            "\"not_shown\":1,\"suppressions\":[{\"rule\":\"race:foo\",\"hits\":0}]}\n");
}

TEST(TextSummary, CountsInWords) {
  TextBuffer out;
  PrintTextSummary({.races = 1}, out);
  PrintTextSummary({.races = 3, .others = 1, .not_shown = 2}, out);
  PrintTextSummary({.others = 2}, out);
  PrintTextSummary({.races = 30, .alike = 29}, out);
  EXPECT_EQ(out.view(),
            "hbsan: 1 data race reported\n"
            "hbsan: 3 data races and 1 misuse reported, 2 of them not shown (max_reports)\n"
            "hbsan: 2 misuses reported\n"
            "hbsan: 1 data race reported; 29 more at the same lines left out\n");
}

}  // namespace
}  // namespace hbsan
