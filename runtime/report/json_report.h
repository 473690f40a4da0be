// Reports as JSON, one object a line; docs/reports.md has the schema.
#ifndef HBSAN_RUNTIME_REPORT_JSON_REPORT_H_
#define HBSAN_RUNTIME_REPORT_JSON_REPORT_H_

#include <cstdint>
#include <string_view>

#include "runtime/report/report_value.h"
#include "runtime/report/scratch.h"
#include "runtime/report/suppressions.h"

namespace hbsan {

// Grows when a field changes its meaning or goes; new fields do not count.
inline constexpr int kJsonVersion = 1;

// Appends the report and a newline.
void PrintJson(const Report& report, std::string_view strip_path_prefix, TextBuffer& out);

// What a process says at its end.
struct ExitSummary {
  int pid = 0;
  std::uint64_t races = 0;
  std::uint64_t others = 0;     // reports that are not races
  std::uint64_t alike = 0;      // races that look like one that was printed; not in texts (alike.h)
  std::uint64_t not_shown = 0;  // of both, beyond max_reports
};
void PrintJsonSummary(const ExitSummary& summary, const Suppressions& suppressions,
                      TextBuffer& out);
// "hbsan: 3 data races reported; 2 more at the same lines left out" and a newline.
void PrintTextSummary(const ExitSummary& summary, TextBuffer& out);

// Appends `text` as a JSON string; bytes that are no UTF-8 become U+FFFD.
void PrintJsonString(std::string_view text, TextBuffer& out);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_JSON_REPORT_H_
