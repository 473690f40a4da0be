#include "runtime/report/text_report.h"

#include "runtime/report/folding.h"
#include "runtime/report/modules.h"
#include "runtime/report/short_name.h"
#include "runtime/report/source_line.h"
#include "runtime/report/substring.h"
#include "runtime/report/wording.h"
#include "runtime/report/wrapping.h"

namespace hbsan {
namespace {

constexpr std::string_view kRule = "==================\n";

// What a line is about; a colour each.
enum class Tone { kWarning, kAccess, kLocation, kMutex, kThread, kReason };

class TextPrinter {
 public:
  TextPrinter(const Report& report, const TextStyle& style, TextBuffer& out)
      : report_(report), style_(style), out_(out) {}

  void Print() {
    out_ << kRule;
    Begin(Tone::kWarning);
    line_ << "WARNING: " << style_.tool_name << ": " << report_.kind << " (pid=" << report_.pid
          << ')';
    End();
    for (std::size_t i = 0; i < report_.accesses.size(); ++i) PrintAccess(i);
    if (report_.accesses.empty()) PrintCall();
    PrintLocation();
    for (const ReportMutex& mutex : report_.mutexes) PrintMutex(mutex);
    for (const ReportThread& thread : report_.threads) PrintThread(thread);
    PrintReason();
    if (style_.summary) {
      out_ << "SUMMARY: " << style_.tool_name << ": ";
      PrintSummary(report_, style_.strip_path_prefix, out_);
      out_ << '\n';
    }
    out_ << kRule;
  }

 private:
  // A heading is gathered in line_, then printed in as many lines as it needs.
  void Begin(Tone tone) { tone_ = tone; }
  void End() {
    constexpr std::string_view kColors[] = {"\033[1;31m", "\033[1;34m", "\033[1;32m",
                                            "\033[1;35m", "\033[1;36m", "\033[1;33m"};
    if (style_.color) out_ << kColors[static_cast<int>(tone_)];
    PrintWrapped(line_.view(), /*indentation=*/4, out_);
    out_ << (style_.color ? "\033[0m\n" : "\n");
    line_.clear();
  }
  void PrintPart(ReportStack stack, SourceLines source = SourceLines::kNone) {
    PrintStack(stack, style_, source, out_);
    out_ << '\n';
  }

  void PrintAccess(std::size_t index) {
    const ReportAccess& access = report_.accesses[index];
    Begin(Tone::kAccess);
    const std::string_view word = AccessWord(access.kind, access.flavor);
    if (index == 0) {
      line_ << "  " << static_cast<char>(word[0] - 'a' + 'A') << Substring(word, 1);
    } else {
      line_ << "  Previous " << word;
    }
    const bool has_size =
        access.flavor != AccessFlavor::kChannel && access.flavor != AccessFlavor::kWaitGroup;
    if (has_size) line_ << " of size " << access.size << " at";
    (line_ << ' ').Hex(access.address) << " by ";
    PrintThreadName(report_.threads[access.thread], line_);
    std::string_view separator = " (mutexes: ";
    for (const ReportHeldMutex& held : access.mutexes) {
      line_ << separator << (held.shared ? "read M" : "write M") << held.number;
      separator = ", ";
    }
    line_ << (access.mutexes.empty() ? ":" : "):");
    End();
    PrintPart(access.stack, SourceLines::kOfInnermostUserFrame);
  }

  void PrintCall() {
    Begin(Tone::kAccess);
    line_ << "  Call by ";
    PrintThreadName(report_.threads[0], line_);
    line_ << ':';
    End();
    PrintPart(report_.stack, SourceLines::kOfInnermostUserFrame);
  }

  void PrintExtent() {
    const ReportLocation& at = report_.location;
    line_ << " of size " << at.size << " at ";
    line_.Hex(at.begin);
  }
  void PrintOffset() {
    if (report_.location.offset != 0) line_ << ", offset " << report_.location.offset;
  }

  void PrintLocation() {
    const ReportLocation& at = report_.location;
    if (at.kind == LocationKind::kUnknown) return;
    Begin(Tone::kLocation);
    line_ << "  Location is ";
    switch (at.kind) {
      case LocationKind::kGlobal:
        PrintGlobal();
        break;
      case LocationKind::kHeap:
        line_ << (at.freed ? "freed heap block" : "heap block");
        PrintExtent();
        PrintOffset();
        line_ << (at.offset != 0 ? ", allocated by " : " allocated by ");
        PrintThreadName(at.thread_number, at.thread_goroutine, line_);
        if (!at.stack.empty()) line_ << ':';
        break;
      case LocationKind::kStack:
      case LocationKind::kThreadLocal:
        line_ << (at.kind == LocationKind::kStack ? "stack of " : "thread-local storage of ");
        PrintThreadName(at.thread_number, at.thread_goroutine, line_);
        if (!at.name.empty()) PrintLocal();
        break;
      case LocationKind::kDescriptor:
        line_ << "file descriptor " << at.descriptor;
        if (at.stack.empty()) break;
        line_ << " opened by ";
        PrintThreadName(at.thread_number, at.thread_goroutine, line_);
        line_ << ':';
        break;
      case LocationKind::kMutex:
        line_ << "a mutex";
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
      line_ << "in global data";
    } else {
      line_ << "global '" << at.name << '\'';
      PrintExtent();
    }
    line_ << " (" << BaseName(at.module) << '+';
    line_.Hex(at.module_offset) << ')';
    PrintOffset();
    if (!at.file.empty()) PrintDeclaration();
  }

  void PrintLocal() {
    const ReportLocation& at = report_.location;
    line_ << ", variable '" << at.name << "' of size " << at.size << " in ";
    PrintShortName(at.function, line_);
    PrintOffset();
    if (!at.file.empty()) PrintDeclaration();
  }

  // On a line of its own if it does not fit.
  void PrintDeclaration() {
    const ReportLocation& at = report_.location;
    char first[512];
    TextBuffer text(first, sizeof(first));
    text << "declared at " << ShownPath(at.file, style_.strip_path_prefix);
    if (at.line != 0) text << ':' << at.line;
    line_ << ',';
    if (ColumnsOf(line_.view()) + 1 + ColumnsOf(text.view()) > kColumns) {
      End();
      line_ << "   ";
    }
    line_ << ' ' << text.view();
  }

  void PrintMutex(const ReportMutex& mutex) {
    if (mutex.stack.empty() && report_.accesses.empty()) return;  // the location says as much
    Begin(Tone::kMutex);
    line_ << "  Mutex M" << mutex.number << " (";
    if (!mutex.name.empty()) line_ << '\'' << mutex.name << "' at ";
    line_.Hex(mutex.address) << ')';
    if (!mutex.stack.empty()) line_ << (mutex.created ? " created at:" : " locked at:");
    End();
    PrintPart(mutex.stack, SourceLines::kOfInnermostUserFrame);
  }

  void PrintThread(const ReportThread& thread) {
    if (thread.main) return;
    Begin(Tone::kThread);
    line_ << (thread.goroutine ? "  Goroutine " : "  Thread T") << thread.number;
    if (!thread.name.empty()) line_ << " '" << thread.name << '\'';
    line_ << " (";
    if (!thread.goroutine) line_ << "tid=" << thread.os_id << ", ";
    line_ << (thread.running ? "running" : "finished");
    if (!thread.test.empty()) line_ << ", of test " << thread.test;
    line_ << ')';
    if (thread.has_parent) {
      line_ << " created by ";
      PrintThreadName(thread.parent_number, thread.parent_goroutine, line_);
    }
    if (!thread.creation.empty()) line_ << " at:";
    End();
    PrintPart(thread.creation);
  }

  void PrintReason() {
    if (report_.explanation.empty()) return;
    Begin(Tone::kReason);
    line_ << "  Nothing orders them: " << report_.explanation;
    End();
    out_ << '\n';
  }

  const Report& report_;
  const TextStyle& style_;
  TextBuffer& out_;
  Tone tone_ = Tone::kWarning;
  char first_[1024];
  TextBuffer line_{first_, sizeof(first_)};
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

void PrintFrame(std::size_t number, const ReportFrame& frame, const TextStyle& style,
                TextBuffer& out) {
  char first[512];
  TextBuffer place(first, sizeof(first));
  if (!frame.file.empty()) {
    PrintPosition(frame, style.strip_path_prefix, place);
    place << ' ';
  }
  PrintModule(frame, place);
  const std::size_t before = out.view().size();
  out << "    #" << number << ' ';
  if (!frame.function.empty()) {
    const std::size_t used = out.view().size() - before + 1 + ColumnsOf(place.view());
    if (style.full_stacks) {
      out << frame.function;
    } else {
      PrintShortName(frame.function, used < kColumns ? kColumns - used : 0, out);
    }
    out << ' ';
  }
  out << place.view() << '\n';
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
