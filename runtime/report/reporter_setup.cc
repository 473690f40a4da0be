// The reporter's start: options, suppressions, output. Runs before any constructor of the program.
#include <sys/syscall.h>
#include <time.h>

#include <chrono>

#include "runtime/report/environment.h"
#include "runtime/report/input_file.h"
#include "runtime/report/modules.h"
#include "runtime/report/reporter.h"
#include "runtime/report/substring.h"
#include "runtime/report/symbolizer.h"
#include "runtime/sys.h"

// What the program sets for itself; the environment wins over it.
extern "C" {
__attribute__((weak)) const char* __tsan_default_options();
__attribute__((weak)) const char* __hbsan_default_options();
__attribute__((weak)) const char* __tsan_default_suppressions();
__attribute__((weak)) const char* __hbsan_default_suppressions();
}

namespace hbsan {
namespace {

[[clang::no_destroy]] constinit Scratch keep;  // never reset

using TextFunction = const char* (*)();

std::string_view CallIfDefined(TextFunction function) {
  const char* text = function == nullptr ? nullptr : function();
  return text == nullptr ? std::string_view() : std::string_view(text);
}

[[noreturn]] void Refuse(std::string_view what, std::string_view which, std::string_view why) {
  TextBuffer line;
  line << "hbsan: " << what << ' ' << which << ": " << why << '\n';
  WriteToStandardError(line.view());
  sys::Exit(1);
}

// As ThreadSanitizer looks for it: from the working directory, then beside the program.
std::string_view FindBesideProgram(std::string_view path) {
  if (path.starts_with('/')) return keep.Copy(path);
  const std::string_view here = AbsolutePath(path, keep);
  if (InputFile(here.data()).ok()) return here;
  const std::string_view program = ProgramPath(keep);
  TextBuffer beside;
  beside << Substring(program, 0, program.rfind('/') + 1) << path;
  const std::string_view there = keep.Copy(beside.view());
  return InputFile(there.data()).ok() ? there : here;
}

}  // namespace

void Reporter::ReadOptions() {
  TextBuffer problems;
  for (const TextFunction function : {&__tsan_default_options, &__hbsan_default_options}) {
    ParseOptions(CallIfDefined(function), options_, keep, problems);
  }
  for (const std::string_view name : {"TSAN_OPTIONS", "HBSAN_OPTIONS"}) {
    ParseOptions(FindEnvironment(name), options_, keep, problems);
  }
  if (!problems.empty()) {
    TextBuffer line;
    line << "hbsan: unknown or malformed options are ignored: " << problems.view() << '\n';
    WriteToStandardError(line.view());
  }
}

// Today, in UTC, as DayOf counts.
static std::uint32_t Today() {
  timespec now = {};
  sys::Call(SYS_clock_gettime, CLOCK_REALTIME, reinterpret_cast<long>(&now));
  const std::chrono::sys_days days{std::chrono::days(now.tv_sec / (24 * 60 * 60))};
  const std::chrono::year_month_day day = days;
  return static_cast<std::uint32_t>(static_cast<int>(day.year())) * 10000 +
         static_cast<unsigned>(day.month()) * 100 + static_cast<unsigned>(day.day());
}

void Reporter::ReadSuppressions() {
  suppressions_.SetToday(Today());
  for (const TextFunction function :
       {&__tsan_default_suppressions, &__hbsan_default_suppressions}) {
    const std::string_view bad = suppressions_.Add(CallIfDefined(function), true, keep);
    if (!bad.empty()) Refuse("malformed suppression of the program", bad, "expected kind:pattern");
  }
  if (options_.suppressions.empty()) return;
  const std::string_view path = FindBesideProgram(options_.suppressions);
  const InputFile file(path.data());
  if (!file.ok()) Refuse("cannot read suppressions", path, ErrorText(file.error()));
  const std::string_view bad = suppressions_.Add(keep.Copy(file.text()), false, keep);
  if (!bad.empty()) Refuse("malformed suppression in", path, bad);
}

void Reporter::Initialize() {
  InitializeStandardError();
  ReadOptions();
  log_.Open(options_.log_path);
  json_.Open(options_.json_path);
  style_.full_stacks = options_.print_full_stacks;
  style_.summary = options_.print_summary;
  style_.strip_path_prefix = options_.strip_path_prefix;
  style_.tool_name = options_.tool_name;
  ReadSuppressions();
  InitializeModules();
  InitializeSymbolizer(options_);
  if (options_.help || options_.verbosity > 0) {
    TextBuffer text;
    if (options_.help) PrintOptionHelp(options_, text);
    if (options_.verbosity > 0) {
      text << "hbsan: detecting races in " << ProgramPath(keep) << " (pid=" << sys::GetPid()
           << ")\n";
    }
    log_.Write(text.view());
  }
}

}  // namespace hbsan
