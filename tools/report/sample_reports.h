// JSON lines for tests.
#ifndef HBSAN_TOOLS_REPORT_SAMPLE_REPORTS_H_
#define HBSAN_TOOLS_REPORT_SAMPLE_REPORTS_H_

#include <string>

#include "absl/strings/str_cat.h"

namespace hbsan::tools {

struct SampleFrame {
  std::string function;
  std::string file = "a.cc";
  int line = 1;
  int column = 3;
  int expression = 0;
};

inline std::string Json(const SampleFrame& frame) {
  return absl::StrCat(R"({"function":")", frame.function, R"(","file":")", frame.file,
                      R"(","line":)", frame.line, R"(,"column":)", frame.column,
                      R"(,"expression":)", frame.expression,
                      R"(,"module":"/b/prog","offset":"0x1f"})");
}

struct SampleRace {
  std::string write = Json(SampleFrame{.function = "Push()", .line = 41});
  std::string read = Json(SampleFrame{.function = "Size()", .line = 57});
  std::string write_kind = "write";
  std::string read_kind = "read";
  std::string location = R"({"kind":"global","name":"size"})";
  std::string test = "";
  int pid = 1;
  bool write_first = true;

  std::string Line() const {
    const std::string writer = absl::StrCat(
        R"({"kind":")", write_kind,
        R"(","address":"0x5","size":4,"thread":"thread T1","mutexes":[],"stack":[)", write, "]}");
    const std::string reader = absl::StrCat(
        R"({"kind":")", read_kind,
        R"(","address":"0x5","size":4,"thread":"main thread","mutexes":[],"stack":[)", read, "]}");
    return absl::StrCat(
        R"({"version":1,"type":"report","kind":"data race","pid":)", pid, R"(,"accesses":[)",
        write_first ? writer + "," + reader : reader + "," + writer, R"(],"location":)", location,
        R"(,"mutexes":[],"threads":[{"thread":"thread T1","running":true,)",
        test.empty() ? "" : R"("test":")" + test + R"(",)",
        R"("created_by":"main thread","created":[)", Json(SampleFrame{.function = "main"}),
        R"(]},{"thread":"main thread","running":true}],"explanation":"no lock."})");
  }
};

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_SAMPLE_REPORTS_H_
