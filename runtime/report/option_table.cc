#include "runtime/report/options.h"

namespace hbsan {
namespace {

constexpr OptionRow Flag(std::string_view name, bool Options::* member, std::string_view text) {
  return {.name = name, .type = "bool", .description = text, .flag = member};
}
constexpr OptionRow Number(std::string_view name, int Options::* member, std::string_view text) {
  return {.name = name, .type = "number", .description = text, .number = member};
}
constexpr OptionRow Path(std::string_view name, std::string_view Options::* member,
                         std::string_view text) {
  return {.name = name, .type = "path", .description = text, .text = member};
}
constexpr OptionRow Word(std::string_view name, std::string_view Options::* member,
                         std::string_view text) {
  return {.name = name, .type = "word", .description = text, .text = member};
}

constexpr OptionRow kTable[] = {
    Number("exitcode", &Options::exitcode,
           "Exit status of a process that reported something; 0 keeps the program's own."),
    Flag("halt_on_error", &Options::halt_on_error, "End the process at its first report."),
    Flag("abort_on_error", &Options::abort_on_error,
         "With halt_on_error, end by SIGABRT instead of the exit status."),
    Number("max_reports", &Options::max_reports,
           "Print at most this many reports and count the others; 0: no limit."),
    Path("log_path", &Options::log_path,
         "Write to PATH.<pid> instead of standard error; also: stderr, stdout."),
    Path("json_path", &Options::json_path,
         "Write every report to PATH.<pid> too, as JSON, one object a line."),
    {.name = "report_format",
     .type = "text or json",
     .description = "How reports are printed: to be read, or one JSON object a line.",
     .format = &Options::report_format},
    {.name = "color",
     .type = "auto, always or never",
     .description = "Coloured text; auto: on a terminal, unless NO_COLOR is set.",
     .color = &Options::color},
    Number("verbosity", &Options::verbosity, "1 and more: say what the runtime does."),
    Flag("print_summary", &Options::print_summary,
         "SUMMARY line after each report, and the count at exit."),
    Flag("print_full_stacks", &Options::print_full_stacks,
         "Show every frame: do not fold those of the standard library and of very deep stacks."),
    Path("strip_path_prefix", &Options::strip_path_prefix,
         "Shown file names lose everything up to and including this text."),
    Word("tool_name", &Options::tool_name,
         "What WARNING and SUMMARY lines call the tool; ThreadSanitizer, for what reads its "
         "reports."),
    Flag("symbolize", &Options::symbolize,
         "Show functions and lines; 0: module+offset, for `hbsan symbolize` to complete."),
    Path("external_symbolizer_path", &Options::external_symbolizer_path,
         "The llvm-symbolizer to run; default: searched on PATH and in LLVM 19's directory."),
    Path("suppressions", &Options::suppressions,
         "File of reports to leave out, in ThreadSanitizer's syntax."),
    Flag("print_suppressions", &Options::print_suppressions,
         "Say at exit which suppressions matched and which never did."),
    Flag("suppress_equal_stacks", &Options::suppress_equal_stacks,
         "Report races with the same pair of stacks once; of those that look alike, print one."),
    Flag("suppress_equal_addresses", &Options::suppress_equal_addresses,
         "Report only the first race on an address."),
    Flag("report_bugs", &Options::report_bugs, "0: report nothing at all."),
    Flag("report_atomic_races", &Options::report_atomic_races,
         "Report races between an atomic and a plain access."),
    Flag("report_destroy_locked", &Options::report_destroy_locked,
         "Report the destruction of a locked mutex."),
    Flag("report_mutex_bugs", &Options::report_mutex_bugs,
         "Report misuse of mutexes, e.g. an unlock by a thread that does not hold it."),
    Number("atexit_sleep_ms", &Options::atexit_sleep_ms,
           "Wait this long at exit, for other threads to race."),
    Flag("help", &Options::help, "Print this table and go on."),
};

constexpr std::string_view kIgnored[] = {
    "allocator_may_return_null",
    "allocator_release_to_os_interval_ms",
    "allow_addr2line",
    "allow_user_segv_handler",
    "can_use_proc_maps_statm",
    "check_initialization_order",
    "check_printf",
    "clear_shadow_mmap_threshold",
    "compress_stack_depot",
    "coverage",
    "coverage_dir",
    "decorate_proc_maps",
    "dedup_token_length",
    "demangle",
    "detect_deadlocks",
    "detect_invalid_join",
    "detect_leaks",
    "die_after_fork",
    "disable_coredump",
    "dump_instruction_bytes",
    "dump_registers",
    "enable_annotations",
    "enable_symbolizer_markup",
    "fast_unwind_on_check",
    "fast_unwind_on_fatal",
    "fast_unwind_on_malloc",
    "flush_memory_ms",
    "flush_symbolizer_ms",
    "force_background_thread",
    "force_seq_cst_atomics",
    "full_address_space",
    "handle_abort",
    "handle_ioctl",
    "handle_segv",
    "handle_sigbus",
    "handle_sigfpe",
    "handle_sigill",
    "handle_sigtrap",
    "hard_rss_limit_mb",
    "heap_profile",
    "history_size",
    "ignore_interceptors_accesses",
    "ignore_noninstrumented_modules",
    "intercept_intrin",
    "intercept_memcmp",
    "intercept_memmem",
    "intercept_send",
    "intercept_stat",
    "intercept_strchr",
    "intercept_strcmp",
    "intercept_strlen",
    "intercept_strndup",
    "intercept_strpbrk",
    "intercept_strspn",
    "intercept_strstr",
    "intercept_strtok",
    "intercept_tls_get_addr",
    "io_sync",
    "leak_check_at_exit",
    "legacy_pthread_cond",
    "log_exe_name",
    "log_suffix",
    "log_to_syslog",
    "malloc_context_size",
    "max_allocation_size_mb",
    "memory_limit_mb",
    "mmap_limit_mb",
    "no_huge_pages_for_shadow",
    "print_cmdline",
    "print_full_thread_history",
    "print_module_map",
    "profile_memory",
    "report_signal_unsafe",
    "report_thread_leaks",
    "running_on_valgrind",
    "second_deadlock_stack",
    "shared_ptr_interceptor",
    "soft_rss_limit_mb",
    "stack_trace_format",
    "stop_on_start",
    "strict_memcmp",
    "strict_string_checks",
    "strip_env",
    "suppress_equal_pcs",
    "symbolize_inline_frames",
    "symbolize_vs_style",
    "use_madv_dontdump",
    "use_sigaltstack",
    "verify_interceptors",
};

void PrintValue(const Options& options, const OptionRow& row, TextBuffer& out) {
  if (row.flag != nullptr) out << int{options.*row.flag};
  if (row.number != nullptr) out << options.*row.number;
  if (row.text != nullptr) out << options.*row.text;
  if (row.format != nullptr) {
    out << (options.*row.format == ReportFormat::kText ? "text" : "json");
  }
  if (row.color != nullptr) {
    constexpr std::string_view kNames[] = {"auto", "always", "never"};
    out << kNames[static_cast<int>(options.*row.color)];
  }
}

}  // namespace

std::span<const OptionRow> OptionTable() { return kTable; }
std::span<const std::string_view> IgnoredOptions() { return kIgnored; }

void PrintOptionHelp(const Options& options, TextBuffer& out) {
  out << "hbsan: HBSAN_OPTIONS, with their present values:\n";
  for (const OptionRow& row : kTable) {
    out << "  " << row.name << '=';
    PrintValue(options, row, out);
    out << "  (" << row.type << ")\n      " << row.description << '\n';
  }
  out << "  include=FILE, include_if_exists=FILE  (path)\n      Read more options from a file.\n";
}

}  // namespace hbsan
