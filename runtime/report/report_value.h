// A report as a value: what was found, with everything resolved that a reader needs. The engine's
// ids end here; text and JSON are printed from this alone.
#ifndef HBSAN_RUNTIME_REPORT_REPORT_VALUE_H_
#define HBSAN_RUNTIME_REPORT_REPORT_VALUE_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "detector/types.h"

namespace hbsan {

struct ReportFrame {
  std::uintptr_t pc = 0;
  std::string_view function;  // empty: unknown
  std::string_view file;      // empty: unknown
  std::uint32_t line = 0;     // 0: unknown
  std::uint32_t column = 0;
  std::uint32_t expression = 0;  // tells the function's expressions apart; 0: unknown
  std::string_view module;       // path; empty: not in any loaded module
  std::uint64_t offset = 0;      // of pc from the module's load address
  std::string_view build_id;     // hexadecimal
  bool inlined = false;          // inlined into the frame that follows
};
using ReportStack = std::span<const ReportFrame>;  // innermost first

struct ReportThread {
  std::uint32_t number = 0;
  bool main = false;
  bool goroutine = false;
  bool running = false;
  std::uint64_t os_id = 0;
  std::string_view name;
  // Who created it; `has_parent` is false for the main thread and those that the runtime first met
  // running.
  bool has_parent = false;
  std::uint32_t parent_number = 0;
  bool parent_goroutine = false;
  ReportStack creation;
  std::string_view test;  // that it belongs to
};

struct ReportMutex {
  std::uint32_t number = 0;  // M1, M2, ... within this report
  Addr address = 0;
  std::string_view name;  // of the global variable that it is, if any
  bool created =
      false;  // `stack` is where it was made or first used; otherwise where it was locked
  ReportStack stack;
};

struct ReportHeldMutex {
  std::uint32_t number = 0;
  bool shared = false;
  ReportStack acquired;
};

struct ReportAccess {
  AccessKind kind = AccessKind::kRead;
  AccessFlavor flavor = AccessFlavor::kPlain;
  Addr address = 0;
  std::uint64_t size = 0;
  std::uint32_t thread = 0;  // index into Report::threads
  std::span<const ReportHeldMutex> mutexes;
  ReportStack stack;
};

enum class LocationKind : std::uint8_t {
  kUnknown,
  kGlobal,
  kHeap,
  kStack,
  kThreadLocal,
  kDescriptor,
  kMutex,
};

struct ReportLocation {
  LocationKind kind = LocationKind::kUnknown;
  Addr begin = 0;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;        // of the access
  std::string_view name;           // of a global or local variable
  std::string_view function = {};  // whose local variable it is
  std::string_view file;           // its declaration
  std::uint32_t line = 0;
  std::string_view module;  // global
  std::uint64_t module_offset = 0;
  int descriptor = 0;
  bool freed = false;  // heap
  // The thread whose stack or thread-local storage it is, or that allocated the block; maybe long
  // gone.
  std::uint32_t thread_number = 0;
  bool thread_goroutine = false;
  ReportStack stack;  // of the allocation
};

// A release that the report's explanation names.
struct ReportRelease {
  std::string_view object;          // empty: a fence, if `at` is known
  const ReportFrame* at = nullptr;  // null: unknown
};

struct Report {
  std::string_view kind;  // e.g. "data race", named as ThreadSanitizer names it
  int pid = 0;
  std::span<const ReportAccess> accesses;  // a race: the one that found it, then the previous one
  ReportStack stack;                       // misuse: of the call, by the first of `threads`
  ReportLocation location;
  std::span<const ReportMutex> mutexes;
  std::span<const ReportThread> threads;  // all that are mentioned
  std::string_view explanation;           // why nothing orders them; empty: nothing is certain
  ReportRelease first_release;            // explanation.h's OrderFacts
  ReportRelease last_known;
  std::span<const std::string_view> tests;  // that are to blame; see tests.h
};

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_REPORT_VALUE_H_
