// Reports as text for people; docs/reports.md describes the lines.
#ifndef HBSAN_RUNTIME_REPORT_TEXT_REPORT_H_
#define HBSAN_RUNTIME_REPORT_TEXT_REPORT_H_

#include <string_view>

#include "runtime/report/report_value.h"
#include "runtime/report/scratch.h"

namespace hbsan {

struct TextStyle {
  bool color = false;
  bool full_stacks = false;
  bool summary = true;
  std::string_view strip_path_prefix = {};
  std::string_view tool_name = "hbsan";  // in the WARNING and SUMMARY lines
};

// Appends the whole report, from its opening to its closing rule.
void PrintText(const Report& report, const TextStyle& style, TextBuffer& out);

// "data race file:line:column in function": the SUMMARY line's text.
void PrintSummary(const Report& report, std::string_view strip_path_prefix, TextBuffer& out);

enum class SourceLines : bool { kNone, kOfInnermostUserFrame };

// Appends a stack as a report shows it.
void PrintStack(ReportStack stack, const TextStyle& style, SourceLines source, TextBuffer& out);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_TEXT_REPORT_H_
