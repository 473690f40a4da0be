#include "runtime/report/wording.h"

namespace hbsan {

void PrintThreadName(std::uint32_t number, bool goroutine, TextBuffer& out) {
  if (goroutine) {
    out << "goroutine " << number;
  } else if (number == 0) {
    out << "main thread";
  } else {
    out << "thread T" << number;
  }
}

void PrintThreadName(const ReportThread& thread, TextBuffer& out) {
  PrintThreadName(thread.number, thread.goroutine, out);
}

std::string_view AccessWord(AccessKind kind, AccessFlavor flavor) {
  const bool write = kind == AccessKind::kWrite;
  switch (flavor) {
    case AccessFlavor::kAtomic:
      return write ? "atomic write" : "atomic read";
    case AccessFlavor::kFree:
      return "free";
    case AccessFlavor::kClose:
      return write ? "close" : "use";
    case AccessFlavor::kChannel:
      return write ? "close of channel" : "send on channel";
    case AccessFlavor::kWaitGroup:
      return write ? "wait of WaitGroup" : "add to WaitGroup";
    case AccessFlavor::kPlain:
    case AccessFlavor::kVptr:
      break;
  }
  return write ? "write" : "read";
}

std::string_view ShownPath(std::string_view path, std::string_view prefix) {
  if (prefix.empty()) return path;
  const std::size_t at = path.find(prefix);
  if (at == std::string_view::npos) return path;
  path.remove_prefix(at + prefix.size());
  if (path.starts_with("./")) path.remove_prefix(2);
  return path;
}

void PrintPosition(const ReportFrame& frame, std::string_view strip_path_prefix, TextBuffer& out) {
  out << ShownPath(frame.file, strip_path_prefix);
  if (frame.line != 0) out << ':' << frame.line;
  if (frame.line != 0 && frame.column != 0) out << ':' << frame.column;
}

}  // namespace hbsan
