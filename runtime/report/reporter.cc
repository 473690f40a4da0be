#include "runtime/report/reporter.h"

#include <signal.h>
#include <sys/syscall.h>

#include "runtime/report/alike.h"
#include "runtime/report/introspection.h"
#include "runtime/report/modules.h"
#include "runtime/report/report_stack.h"
#include "runtime/report/symbolizer.h"
#include "runtime/report/tests.h"
#include "runtime/runtime.h"
#include "runtime/sys.h"

// The program's wish to be told of each report: of its handle (introspection.cc), valid during the
// call, and its summary.
extern "C" {
__attribute__((weak)) void __tsan_on_report(void* report);
__attribute__((weak)) void __sanitizer_report_error_summary(const char* summary);
}

namespace hbsan {
namespace {

constexpr std::size_t kFirstBytes = 256 << 10;
constinit char first_scratch[kFirstBytes] = {};
constinit char first_text[kFirstBytes] = {};
// Of the report that is being made.
[[clang::no_destroy]] constinit Scratch scratch(first_scratch, kFirstBytes);
[[clang::no_destroy]] constinit TextBuffer text(first_text, kFirstBytes);

constexpr std::string_view kMisuseNames[] = {
    "destroy of a locked mutex",
    "double lock of a mutex",
    "use of an invalid mutex (e.g. uninitialized or destroyed)",
    "unlock of an unlocked mutex (or by a wrong thread)",
    "read lock of a write locked mutex",
    "read unlock of a write locked mutex",
    "mutex held in the wrong context",
    "join of the thread itself",
    "join of a thread that was joined or detached already",
    "join or detach of something that is no thread",
};
static_assert(std::size(kMisuseNames) == static_cast<std::size_t>(Misuse::kThreadJoinInvalid) + 1);

bool ConcernsMutex(Misuse kind) { return kind <= Misuse::kMutexHeld; }

// The mutex as `t` holds it; without a stack if it does not.
HeldLock HeldOrNot(const ThreadState& t, Addr mutex) {
  for (int i = 0; i < t.held_count; ++i) {
    if (t.held[i].mutex == mutex) return t.held[i];
  }
  return {.mutex = mutex, .acquired = {}, .shared = false};
}

bool AnyAtomic(const Race& race) {
  return race.current.flavor == AccessFlavor::kAtomic ||
         race.previous.flavor == AccessFlavor::kAtomic;
}

}  // namespace

class Reporter::Hold {
 public:
  explicit Hold(Reporter& reporter)
      : reporter_(reporter), nested_(reporter.holder_.load(std::memory_order_relaxed) == Me()) {
    if (nested_) return;
    reporter.lock_.lock();
    reporter.holder_.store(Me(), std::memory_order_relaxed);
  }
  ~Hold() {
    if (nested_) return;
    reporter_.holder_.store(nullptr, std::memory_order_relaxed);
    reporter_.lock_.unlock();
  }
  bool nested() const { return nested_; }

 private:
  static const void* Me() { return &__hbsan_hot; }
  Reporter& reporter_;
  bool nested_;
};

void Reporter::RaceFound(ThreadState& t, const Race& race) {
  if (!options_.report_bugs || (!options_.report_atomic_races && AnyAtomic(race))) return;
  Hold hold(*this);
  if (hold.nested() || finished_ || !IsNew(race)) return;
  OnReportStack([&] {
    Evidence evidence(scratch);
    Conclude(evidence.OfRace(t, race, options_.strip_path_prefix), races_);
  });
}

void Reporter::Conclude(const Report& report, std::uint64_t& count) {
  if (suppressions_.Match(report) == nullptr) {
    ++count;
    Emit(report);
  }
  scratch.Reset();
}

bool Reporter::IsNew(const Race& race) {
  const auto test = [](const Access& side) {
    return static_cast<const ThreadInfo*>(side.thread)->test;
  };
  const std::uint64_t pair = PairKey(race.current.stack, race.previous.stack);
  if (options_.suppress_equal_stacks &&
      !seen_stacks_.Insert(KeyInTests(pair, test(race.current), test(race.previous)))) {
    return false;
  }
  return !options_.suppress_equal_addresses || seen_addresses_.Insert(race.current.addr);
}

bool Reporter::Enabled(Misuse kind) const {
  if (!options_.report_bugs) return false;
  if (kind == Misuse::kMutexDestroyLocked) return options_.report_destroy_locked;
  return !ConcernsMutex(kind) || options_.report_mutex_bugs;
}

void Reporter::MisuseFound(ThreadState& t, Misuse kind, Addr object, std::uintptr_t pc) {
  if (!Enabled(kind)) return;
  const StackId stack = CallerStack(t, pc);
  Hold hold(*this);
  if (hold.nested() || finished_) return;
  const std::uint64_t key = (std::uint64_t{1} << 63) | static_cast<std::uint64_t>(kind) << 32;
  const ThreadInfo& info = InfoOf(t);
  const char* test = info.test != nullptr ? info.test : info.running_test;
  if (options_.suppress_equal_stacks &&
      !seen_stacks_.Insert(KeyInTests(key | stack.value, test, nullptr))) {
    return;
  }
  OnReportStack([&] {
    Evidence evidence(scratch);
    Conclude(evidence.OfCall(kMisuseNames[static_cast<int>(kind)], InfoOf(t), stack,
                             ConcernsMutex(kind) ? HeldOrNot(t, object) : HeldLock{}),
             others_);
  });
}

void Reporter::SayWhatIsMissing() {
  if (said_what_is_missing_) return;
  said_what_is_missing_ = true;
  const std::string_view symbolizer = MissingSymbolizer();
  if (symbolizer.empty()) return;
  TextBuffer line;
  line << "hbsan: cannot run " << symbolizer
       << " (package llvm-19): reports show module+offset, which `hbsan symbolize` completes\n";
  WriteToStandardError(line.view());
}

bool Reporter::IsRepetition(const Report& report) {
  if (!options_.suppress_equal_stacks || options_.print_full_stacks || report.accesses.empty()) {
    return false;
  }
  const auto test = [&](std::size_t i) {
    return i < report.tests.size() ? report.tests[i].data() : nullptr;
  };
  return !seen_looks_.Insert(KeyInTests(LooksOf(report), test(0), test(1)));
}

void Reporter::EmitJson(const Report& report) {
  text.clear();
  PrintJson(report, options_.strip_path_prefix, text);
  if (!options_.json_path.empty()) json_.Write(text.view());
  if (options_.report_format == ReportFormat::kJson) log_.Write(text.view());
}

void Reporter::EmitText(const Report& report) {
  if (!report.tests.empty()) {
    // Under our own name: who counts reports by another one has this from the log.
    TextStyle style = style_;
    style.tool_name = TextStyle().tool_name;
    style.color = false;
    TextBuffer plain;
    PrintText(report, style, plain);
    RememberForTests(report.tests, plain.view());
  }
  if (options_.report_format != ReportFormat::kText) return;
  text.clear();
  style_.color = log_.WantsColor(options_.color);
  PrintText(report, style_, text);
  log_.Write(text.view());
}

void Reporter::Emit(const Report& report) {
  if (options_.max_reports > 0 && shown_ == static_cast<std::uint64_t>(options_.max_reports)) {
    ++not_shown_;
    return;
  }
  SayWhatIsMissing();
  if (!options_.json_path.empty() || options_.report_format == ReportFormat::kJson) {
    EmitJson(report);
  }
  if (IsRepetition(report)) {
    ++alike_;
  } else {
    ++shown_;
    EmitText(report);
  }
  Announce(report);
  if (options_.halt_on_error) Die();
}

void Reporter::Announce(const Report& report) {
  SetCurrentReport(&report);
  if (&__tsan_on_report != nullptr) __tsan_on_report(const_cast<Report*>(&report));
  SetCurrentReport(nullptr);
  if (&__sanitizer_report_error_summary == nullptr) return;
  text.clear();
  text << "SUMMARY: hbsan: ";
  PrintSummary(report, options_.strip_path_prefix, text);
  __sanitizer_report_error_summary(scratch.Copy(text.view()).data());
}

ExitSummary Reporter::Summary() const {
  return {.pid = sys::GetPid(),
          .races = races_,
          .others = others_,
          .alike = alike_,
          .not_shown = not_shown_};
}

void Reporter::PrintEnd() {
  text.clear();
  const bool json = options_.report_format == ReportFormat::kJson;
  if (json || !options_.json_path.empty()) PrintJsonSummary(Summary(), suppressions_, text);
  const bool anything = races_ + others_ != 0 || !suppressions_.empty();
  if (anything && !options_.json_path.empty()) json_.Write(text.view());
  if (!json) {
    text.clear();
    if (options_.print_suppressions) suppressions_.PrintStatistics(text);
    if (options_.print_summary && races_ + others_ != 0) PrintTextSummary(Summary(), text);
  }
  if (anything && !text.empty()) log_.Write(text.view());
}

int Reporter::Finish(int status) {
  if (options_.atexit_sleep_ms > 0 && !finished_) {
    const timespec wait = {.tv_sec = options_.atexit_sleep_ms / 1000,
                           .tv_nsec = options_.atexit_sleep_ms % 1000 * 1'000'000L};
    sys::Call(SYS_nanosleep, reinterpret_cast<long>(&wait), 0);
  }
  Hold hold(*this);
  if (!finished_ && !hold.nested()) {
    finished_ = true;
    PrintEnd();
    StopSymbolizer();
  }
  return races_ + others_ != 0 && options_.exitcode != 0 ? options_.exitcode : status;
}

void Reporter::Die() {
  finished_ = true;
  PrintEnd();
  StopSymbolizer();
  if (death_callback_ != nullptr) death_callback_();
  if (options_.abort_on_error) sys::Call(SYS_kill, sys::GetPid(), SIGABRT);
  sys::Exit(options_.exitcode);
}

void Reporter::BeforeExec() {
  Hold hold(*this);
  if (!hold.nested()) StopSymbolizer();
}

void Reporter::PrintCallStack(StackId stack) {
  Hold hold(*this);
  Scratch own;  // a report may be in the making
  TextBuffer lines;
  PrintStack(Evidence(own).Stack(stack), style_, SourceLines::kNone, lines);
  lines << '\n';
  log_.Write(lines.view());
}

void Reporter::SetLogPath(std::string_view path) {
  Hold hold(*this);
  [[clang::no_destroy]] static constinit Scratch keep;  // never reset
  log_.Open(keep.Copy(path));
}

void Reporter::SetLogDescriptor(int fd) {
  Hold hold(*this);
  log_.OpenDescriptor(fd);
}

void Reporter::AfterForkInChild() {
  holder_.store(nullptr, std::memory_order_relaxed);
  lock_.unlock();
  ModulesAfterFork();
  SymbolizerAfterFork();
  log_.AfterFork();
  json_.AfterFork();
  seen_stacks_.Clear();
  seen_addresses_.Clear();
  seen_looks_.Clear();
  suppressions_.ForgetHits();
  races_ = others_ = shown_ = alike_ = not_shown_ = 0;
  finished_ = false;
}

}  // namespace hbsan
