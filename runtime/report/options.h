// HBSAN_OPTIONS: what a user can set for one run, and the parser of its syntax, which is
// ThreadSanitizer's:
//   name=value, separated by any of : , space, tab, newline; values may stand in ' or ".
// One table (option_table.cc) drives the parser, help=1 and docs/options.md.
#ifndef HBSAN_RUNTIME_REPORT_OPTIONS_H_
#define HBSAN_RUNTIME_REPORT_OPTIONS_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/report/scratch.h"

namespace hbsan {

enum class ReportFormat : std::uint8_t { kText, kJson };
enum class Color : std::uint8_t { kAuto, kAlways, kNever };

struct Options {
  int exitcode = 66;
  bool halt_on_error = false;
  bool abort_on_error = false;
  int max_reports = 0;
  std::string_view log_path;
  std::string_view json_path;
  ReportFormat report_format = ReportFormat::kText;
  Color color = Color::kAuto;
  int verbosity = 0;
  bool print_summary = true;
  bool print_full_stacks = false;
  std::string_view strip_path_prefix;
  std::string_view tool_name = "hbsan";
  bool symbolize = true;
  std::string_view external_symbolizer_path;
  std::string_view suppressions;
  bool print_suppressions = true;
  bool suppress_equal_stacks = true;
  bool suppress_equal_addresses = false;
  bool report_bugs = true;
  bool report_atomic_races = true;
  bool report_destroy_locked = true;
  bool report_mutex_bugs = true;
  int atexit_sleep_ms = 0;
  bool help = false;
};

// One row of the table. Exactly one member pointer is set.
struct OptionRow {
  std::string_view name;
  std::string_view type;         // as help prints it: "bool", "number", "path", "text or json", ...
  std::string_view description;  // one line
  bool Options::* flag = nullptr;
  int Options::* number = nullptr;
  std::string_view Options::* text = nullptr;
  ReportFormat Options::* format = nullptr;
  Color Options::* color = nullptr;
};

std::span<const OptionRow> OptionTable();
// ThreadSanitizer's options that mean nothing here; accepted, so that existing settings work
// unchanged.
std::span<const std::string_view> IgnoredOptions();

// Parses `text` into `options`. Strings are copied into `keep`. Appends each entry that is unknown
// or malformed to `problems`, separated by ", ". `include=FILE` reads more options from a file.
void ParseOptions(std::string_view text, Options& options, Scratch& keep, TextBuffer& problems);

// The table with the present values, as help=1 prints it.
void PrintOptionHelp(const Options& options, TextBuffer& out);

// The options of this process, set by InitializeReports.
const Options& TheOptions();

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_OPTIONS_H_
