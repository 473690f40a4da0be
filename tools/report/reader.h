// Reading one line of a JSON log.
#ifndef HBSAN_TOOLS_REPORT_READER_H_
#define HBSAN_TOOLS_REPORT_READER_H_

#include <simdjson.h>

#include <optional>
#include <string_view>

#include "tools/report/race.h"

namespace hbsan::tools {

enum class LineKind {
  kReport,
  kOther,       // another object of hbsan's: a process's closing line
  kUnreadable,  // cut off, or not hbsan's
};

class ReportReader {
 public:
  // The newest version of the schema that is understood.
  static constexpr int64_t kVersion = 1;

  // Reads `line` into `race`, whose texts hold until the next call. Missing fields stay empty.
  LineKind Read(std::string_view line, Race& race);

 private:
  simdjson::dom::parser parser_;
};

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_READER_H_
