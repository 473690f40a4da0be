#include "runtime/report/json_report.h"

#include "runtime/report/text_report.h"
#include "runtime/report/wording.h"

namespace hbsan {
namespace {

// Writes commas where they belong. Keys are ours and need no escapes.
class JsonWriter {
 public:
  explicit JsonWriter(TextBuffer& out) : out_(out) {}

  void Begin(char bracket) {
    Separate();
    out_ << bracket;
    first_ = true;
  }
  void End(char bracket) {
    out_ << bracket;
    first_ = false;
  }
  JsonWriter& Key(std::string_view key) {
    Separate();
    out_ << '"' << key << "\":";
    first_ = true;  // its value follows without a comma
    return *this;
  }
  void String(std::string_view text) {
    Separate();
    PrintJsonString(text, out_);
  }
  template <typename N>
  void Number(N number) {
    Separate();
    out_ << number;
  }
  void Address(std::uint64_t address) {
    Separate();
    (out_ << '"').Hex(address) << '"';
  }
  void Bool(bool value) {
    Separate();
    out_ << (value ? "true" : "false");
  }
  // Left out if empty.
  void Optional(std::string_view key, std::string_view text) {
    if (!text.empty()) Key(key).String(text);
  }

 private:
  void Separate() {
    if (!first_) out_ << ',';
    first_ = false;
  }

  TextBuffer& out_;
  bool first_ = true;
};

class ReportWriter {
 public:
  ReportWriter(const Report& report, std::string_view strip_path_prefix, TextBuffer& out)
      : report_(report), strip_(strip_path_prefix), out_(out), json_(out) {}

  void Write() {
    json_.Begin('{');
    json_.Key("version").Number(kJsonVersion);
    json_.Key("type").String("report");
    json_.Key("kind").String(report_.kind);
    json_.Key("pid").Number(report_.pid);
    if (!report_.accesses.empty()) {
      json_.Key("accesses").Begin('[');
      for (const ReportAccess& access : report_.accesses) WriteAccess(access);
      json_.End(']');
    }
    if (report_.accesses.empty()) {
      WriteThreadName("thread", report_.threads[0].number, report_.threads[0].goroutine);
      WriteStack("stack", report_.stack);
    }
    if (report_.location.kind != LocationKind::kUnknown) WriteLocation();
    json_.Key("mutexes").Begin('[');
    for (const ReportMutex& mutex : report_.mutexes) WriteMutex(mutex);
    json_.End(']');
    json_.Key("threads").Begin('[');
    for (const ReportThread& thread : report_.threads) WriteThread(thread);
    json_.End(']');
    json_.Optional("explanation", report_.explanation);
    WriteRelease("first_release", report_.first_release);
    WriteRelease("last_known", report_.last_known);
    if (!report_.tests.empty()) {
      json_.Key("tests").Begin('[');
      for (const std::string_view test : report_.tests) json_.String(test);
      json_.End(']');
    }
    TextBuffer summary;
    PrintSummary(report_, strip_, summary);
    json_.Key("summary").String(summary.view());
    json_.End('}');
    out_ << '\n';
  }

 private:
  void WriteStack(std::string_view key, ReportStack stack) {
    json_.Key(key).Begin('[');
    for (const ReportFrame& frame : stack) WriteFrame(frame);
    json_.End(']');
  }

  void WriteFrame(const ReportFrame& frame) {
    json_.Begin('{');
    json_.Key("pc").Address(frame.pc);
    json_.Optional("function", frame.function);
    json_.Optional("file", ShownPath(frame.file, strip_));
    if (frame.line != 0) json_.Key("line").Number(frame.line);
    if (frame.column != 0) json_.Key("column").Number(frame.column);
    if (frame.expression != 0) json_.Key("expression").Number(frame.expression);
    if (!frame.module.empty()) {
      json_.Key("module").String(frame.module);
      json_.Key("offset").Address(frame.offset);
      json_.Optional("build_id", frame.build_id);
    }
    if (frame.inlined) json_.Key("inlined").Bool(true);
    json_.End('}');
  }

  void WriteRelease(std::string_view key, const ReportRelease& release) {
    if (release.object.empty() && release.at == nullptr) return;
    json_.Key(key).Begin('{');
    json_.Optional("object", release.object);
    if (release.at != nullptr) {
      json_.Key("at");
      WriteFrame(*release.at);
    }
    json_.End('}');
  }

  void WriteAccess(const ReportAccess& access) {
    json_.Begin('{');
    json_.Key("kind").String(AccessWord(access.kind, access.flavor));
    json_.Key("address").Address(access.address);
    json_.Key("size").Number(access.size);
    const ReportThread& thread = report_.threads[access.thread];
    WriteThreadName("thread", thread.number, thread.goroutine);
    json_.Key("mutexes").Begin('[');
    for (const ReportHeldMutex& held : access.mutexes) {
      json_.Begin('{');
      json_.Key("mutex").Number(held.number);
      json_.Key("mode").String(held.shared ? "read" : "write");
      WriteStack("acquired", held.acquired);
      json_.End('}');
    }
    json_.End(']');
    WriteStack("stack", access.stack);
    json_.End('}');
  }

  void WriteThreadName(std::string_view key, std::uint32_t number, bool goroutine) {
    TextBuffer name;
    PrintThreadName(number, goroutine, name);
    json_.Key(key).String(name.view());
  }

  void WriteLocation() {
    constexpr std::string_view kKinds[] = {"",           "global", "heap", "stack", "thread-local",
                                           "descriptor", "mutex"};
    const ReportLocation& at = report_.location;
    json_.Key("location").Begin('{');
    json_.Key("kind").String(kKinds[static_cast<int>(at.kind)]);
    if (at.size != 0) {
      json_.Key("address").Address(at.begin);
      json_.Key("size").Number(at.size);
      json_.Key("offset").Number(at.offset);
    }
    json_.Optional("name", at.name);
    json_.Optional("function", at.function);
    json_.Optional("file", ShownPath(at.file, strip_));
    if (at.line != 0) json_.Key("line").Number(at.line);
    json_.Optional("module", at.module);
    if (!at.module.empty()) json_.Key("module_offset").Address(at.module_offset);
    if (at.kind == LocationKind::kDescriptor) json_.Key("descriptor").Number(at.descriptor);
    if (at.kind == LocationKind::kHeap) json_.Key("freed").Bool(at.freed);
    if (at.kind == LocationKind::kHeap || at.kind == LocationKind::kStack ||
        at.kind == LocationKind::kThreadLocal ||
        (at.kind == LocationKind::kDescriptor && !at.stack.empty())) {
      WriteThreadName("thread", at.thread_number, at.thread_goroutine);
    }
    if (!at.stack.empty()) WriteStack("stack", at.stack);
    json_.End('}');
  }

  void WriteMutex(const ReportMutex& mutex) {
    json_.Begin('{');
    json_.Key("mutex").Number(mutex.number);
    json_.Key("address").Address(mutex.address);
    json_.Optional("name", mutex.name);
    WriteStack(mutex.created ? "created" : "locked", mutex.stack);
    json_.End('}');
  }

  void WriteThread(const ReportThread& thread) {
    json_.Begin('{');
    WriteThreadName("thread", thread.number, thread.goroutine);
    json_.Optional("name", thread.name);
    if (thread.os_id != 0) json_.Key("tid").Number(thread.os_id);
    json_.Key("running").Bool(thread.running);
    json_.Optional("test", thread.test);
    if (thread.has_parent) {
      WriteThreadName("created_by", thread.parent_number, thread.parent_goroutine);
      WriteStack("created", thread.creation);
    }
    json_.End('}');
  }

  const Report& report_;
  std::string_view strip_;
  TextBuffer& out_;
  JsonWriter json_;
};

}  // namespace

void PrintJson(const Report& report, std::string_view strip_path_prefix, TextBuffer& out) {
  ReportWriter(report, strip_path_prefix, out).Write();
}

void PrintJsonSummary(const ExitSummary& summary, const Suppressions& suppressions,
                      TextBuffer& out) {
  JsonWriter json(out);
  json.Begin('{');
  json.Key("version").Number(kJsonVersion);
  json.Key("type").String("summary");
  json.Key("pid").Number(summary.pid);
  json.Key("races").Number(summary.races);
  json.Key("others").Number(summary.others);
  json.Key("not_shown").Number(summary.not_shown);
  json.Key("suppressions").Begin('[');
  for (const Suppression* rule = suppressions.first(); rule != nullptr; rule = rule->next) {
    json.Begin('{');
    json.Key("rule").String(rule->rule);
    json.Key("hits").Number(rule->hits);
    json.Optional("reason", rule->reason);
    json.Optional("until", rule->until);
    if (rule->expired) json.Key("expired").Bool(true);
    if (rule->broad()) json.Key("broad").Bool(true);
    json.End('}');
  }
  json.End(']');
  json.End('}');
  out << '\n';
}

void PrintTextSummary(const ExitSummary& summary, TextBuffer& out) {
  out << "hbsan: ";
  const std::uint64_t races = summary.races - summary.alike;
  if (races != 0) out << races << (races == 1 ? " data race" : " data races");
  if (summary.others != 0) {
    if (races != 0) out << " and ";
    out << summary.others << (summary.others == 1 ? " misuse" : " misuses");
  }
  out << " reported";
  if (summary.not_shown != 0)
    out << ", " << summary.not_shown << " of them not shown (max_reports)";
  if (summary.alike != 0) out << "; " << summary.alike << " more at the same lines left out";
  out << '\n';
}

}  // namespace hbsan
