#include "runtime/report/text_report.h"

#include "runtime/report/folding.h"
#include "runtime/report/modules.h"
#include "runtime/report/short_name.h"
#include "runtime/report/source_line.h"
#include "runtime/report/substring.h"
#include "runtime/report/wording.h"

namespace hbsan {
namespace {

constexpr std::string_view kRule = "==================\n";

// What a line is about; a colour each.
enum class Tone { kPlain, kWarning, kAccess, kLocation, kMutex, kThread, kReason };

class TextPrinter {
 public:
  TextPrinter(const Report& report, const TextStyle& style, TextBuffer& out)
      : report_(report), style_(style), out_(out) {}

  void Print() {
    out_ << kRule;
    Begin(Tone::kWarning);
    out_ << "WARNING: hbsan: " << report_.kind << " (pid=" << report_.pid << ')';
    End();
    for (std::size_t i = 0; i < report_.accesses.size(); ++i) PrintAccess(i);
    if (report_.accesses.empty()) PrintCall();
    PrintLocation();
    for (const ReportMutex& mutex : report_.mutexes) PrintMutex(mutex);
    for (const ReportThread& thread : report_.threads) PrintThread(thread);
    PrintReason();
    if (style_.summary) {
      Begin(Tone::kPlain);
      out_ << "SUMMARY: hbsan: ";
      PrintSummary(report_, style_.strip_path_prefix, out_);
      End();
    }
    out_ << kRule;
  }

 private:
  void Begin(Tone tone) {
    constexpr std::string_view kColors[] = {"",           "\033[1;31m", "\033[1;34m", "\033[1;32m",
                                            "\033[1;35m", "\033[1;36m", "\033[1;33m"};
    if (style_.color) out_ << kColors[static_cast<int>(tone)];
    colored_ = style_.color && tone != Tone::kPlain;
  }
  void End() { out_ << (colored_ ? "\033[0m\n" : "\n"); }
  void PrintPart(ReportStack stack, SourceLines source = SourceLines::kNone) {
    PrintStack(stack, style_, source, out_);
    out_ << '\n';
  }

  void PrintAccess(std::size_t index) {
    const ReportAccess& access = report_.accesses[index];
    Begin(Tone::kAccess);
    const std::string_view word = AccessWord(access.kind, access.flavor);
    if (index == 0) {
      out_ << "  " << static_cast<char>(word[0] - 'a' + 'A') << Substring(word, 1);
    } else {
      out_ << "  Previous " << word;
    }
    out_ << " of size " << access.size << " at ";
    out_.Hex(access.address) << " by ";
    PrintThreadName(report_.threads[access.thread], out_);
    std::string_view separator = " (mutexes: ";
    for (const ReportHeldMutex& held : access.mutexes) {
      out_ << separator << (held.shared ? "read M" : "write M") << held.number;
      separator = ", ";
    }
    out_ << (access.mutexes.empty() ? ":" : "):");
    End();
    PrintPart(access.stack, SourceLines::kOfInnermostUserFrame);
  }

  void PrintCall() {
    Begin(Tone::kAccess);
    out_ << "  Call by ";
    PrintThreadName(report_.threads[0], out_);
    out_ << ':';
    End();
    PrintPart(report_.stack, SourceLines::kOfInnermostUserFrame);
  }

  void PrintExtent() {
    const ReportLocation& at = report_.location;
    out_ << " of size " << at.size << " at ";
    out_.Hex(at.begin);
  }
  void PrintOffset() {
    if (report_.location.offset != 0) out_ << ", offset " << report_.location.offset;
  }

  void PrintLocation() {
    const ReportLocation& at = report_.location;
    if (at.kind == LocationKind::kUnknown) return;
    Begin(Tone::kLocation);
    out_ << "  Location is ";
    switch (at.kind) {
      case LocationKind::kGlobal:
        PrintGlobal();
        break;
      case LocationKind::kHeap:
        out_ << (at.freed ? "freed heap block" : "heap block");
        PrintExtent();
        PrintOffset();
        out_ << (at.offset != 0 ? ", allocated by " : " allocated by ");
        PrintThreadName(at.thread_number, at.thread_goroutine, out_);
        if (!at.stack.empty()) out_ << ':';
        break;
      case LocationKind::kStack:
      case LocationKind::kThreadLocal:
        out_ << (at.kind == LocationKind::kStack ? "stack of " : "thread-local storage of ");
        PrintThreadName(at.thread_number, at.thread_goroutine, out_);
        break;
      case LocationKind::kDescriptor:
        out_ << "file descriptor " << at.descriptor;
        if (at.stack.empty()) break;
        out_ << " opened by ";
        PrintThreadName(at.thread_number, at.thread_goroutine, out_);
        out_ << ':';
        break;
      case LocationKind::kMutex:
        out_ << "a mutex";
        break;
      case LocationKind::kUnknown:
        break;
    }
    End();
    PrintPart(at.stack);
  }

  void PrintGlobal() {
    const ReportLocation& at = report_.location;
    if (at.name.empty()) {
      out_ << "in global data";
    } else {
      out_ << "global '" << at.name << '\'';
      PrintExtent();
    }
    out_ << " (" << BaseName(at.module) << '+';
    out_.Hex(at.module_offset) << ')';
    PrintOffset();
    if (!at.file.empty()) {
      out_ << ", declared at " << ShownPath(at.file, style_.strip_path_prefix);
      if (at.line != 0) out_ << ':' << at.line;
    }
  }

  void PrintMutex(const ReportMutex& mutex) {
    if (mutex.stack.empty() && report_.accesses.empty()) return;  // the location says as much
    Begin(Tone::kMutex);
    out_ << "  Mutex M" << mutex.number << " (";
    if (!mutex.name.empty()) out_ << '\'' << mutex.name << "' at ";
    out_.Hex(mutex.address) << ')';
    if (!mutex.stack.empty()) out_ << (mutex.created ? " created at:" : " locked at:");
    End();
    PrintPart(mutex.stack);
  }

  void PrintThread(const ReportThread& thread) {
    if (thread.main) return;
    Begin(Tone::kThread);
    out_ << (thread.goroutine ? "  Goroutine " : "  Thread T") << thread.number;
    if (!thread.name.empty()) out_ << " '" << thread.name << '\'';
    out_ << " (";
    if (!thread.goroutine) out_ << "tid=" << thread.os_id << ", ";
    out_ << (thread.running ? "running" : "finished");
    if (!thread.test.empty()) out_ << ", of test " << thread.test;
    out_ << ')';
    if (thread.has_parent) {
      out_ << " created by ";
      PrintThreadName(thread.parent_number, thread.parent_goroutine, out_);
    }
    if (!thread.creation.empty()) out_ << " at:";
    End();
    PrintPart(thread.creation);
  }

  void PrintReason() {
    if (report_.explanation.empty()) return;
    Begin(Tone::kReason);
    out_ << "  Nothing orders them: " << report_.explanation;
    End();
    out_ << '\n';
  }

  const Report& report_;
  const TextStyle& style_;
  TextBuffer& out_;
  bool colored_ = false;
};

void PrintModule(const ReportFrame& frame, TextBuffer& out) {
  if (frame.module.empty()) {
    out.Hex(frame.pc);
    return;
  }
  // A frame without a name is completed later by whoever finds its module: by full path and build
  // id.
  out << '(' << (frame.function.empty() ? frame.module : BaseName(frame.module)) << '+';
  out.Hex(frame.offset) << ')';
  if (frame.function.empty() && !frame.build_id.empty()) {
    out << " (BuildId: " << frame.build_id << ')';
  }
}

void PrintName(const ReportFrame& frame, bool full, TextBuffer& out) {
  full ? void(out << frame.function) : PrintShortName(frame.function, out);
}

void PrintFrame(std::size_t number, const ReportFrame& frame, const TextStyle& style,
                TextBuffer& out) {
  out << "    #" << number << ' ';
  if (!frame.function.empty()) {
    PrintName(frame, style.full_stacks, out);
    out << ' ';
  }
  if (!frame.file.empty()) {
    PrintPosition(frame, style.strip_path_prefix, out);
    out << ' ';
  }
  PrintModule(frame, out);
  out << '\n';
}

void PrintFold(const StackLine& line, TextBuffer& out) {
  constexpr std::string_view kNames[] = {"", "standard library ", "test framework ", "gosync "};
  out << "    ...  (" << line.folded << ' ' << kNames[static_cast<int>(line.origin)]
      << (line.folded == 1 ? "frame)\n" : "frames)\n");
}

}  // namespace

void PrintStack(ReportStack stack, const TextStyle& style, SourceLines source, TextBuffer& out) {
  const ReportFrame* telling =
      source == SourceLines::kOfInnermostUserFrame ? TellingFrame(stack) : nullptr;
  FoldedStack folded(stack, style.full_stacks);
  for (StackLine line; folded.Next(line);) {
    if (line.folded != 0) {
      PrintFold(line, out);
      continue;
    }
    const ReportFrame& frame = stack[line.first];
    PrintFrame(line.first, frame, style, out);
    if (&frame == telling) PrintSourceLine(frame.file, frame.line, frame.column, out);
  }
}

void PrintSummary(const Report& report, std::string_view strip_path_prefix, TextBuffer& out) {
  out << report.kind;
  const ReportStack stack = report.accesses.empty() ? report.stack : report.accesses[0].stack;
  const ReportFrame* frame = TellingFrame(stack);
  if (frame == nullptr) return;
  out << ' ';
  if (frame->file.empty()) {
    PrintModule(*frame, out);
  } else {
    PrintPosition(*frame, strip_path_prefix, out);
  }
  if (frame->function.empty()) return;
  out << " in ";
  PrintShortName(frame->function, out);
}

void PrintText(const Report& report, const TextStyle& style, TextBuffer& out) {
  TextPrinter(report, style, out).Print();
}

}  // namespace hbsan
