// Which frames of a stack a reader wants to see: the program's own, and of the libraries' only what
// it called.
//
// In each run of library frames the outermost stays if a user frame called it
// (std::vector::push_back, std::sort); the ones below it are plumbing, and so is a run that no user
// frame called (std::thread's way to its function).
#ifndef HBSAN_RUNTIME_REPORT_FOLDING_H_
#define HBSAN_RUNTIME_REPORT_FOLDING_H_

#include <cstddef>
#include <cstdint>

#include "runtime/report/report_value.h"

namespace hbsan {

enum class FrameOrigin : std::uint8_t { kUser, kStandardLibrary, kTestFramework, kGosync };
FrameOrigin OriginOf(const ReportFrame& frame);

// One line of a printed stack: the frame `first` if `folded` is 0, else `folded` frames from there
// on in one line.
struct StackLine {
  std::size_t first = 0;
  std::size_t folded = 0;
  FrameOrigin origin =
      FrameOrigin::kUser;  // of what is folded; kUser: the middle of a very deep stack
};

class FoldedStack {
 public:
  // `full`: every frame is a line of its own.
  FoldedStack(ReportStack stack, bool full) : stack_(stack), full_(full) {}
  // Takes the next line; false at the end.
  bool Next(StackLine& line);

 private:
  StackLine FoldRun() const;

  ReportStack stack_;
  bool full_;
  std::size_t next_ = 0;
};

// The innermost frame of the program itself that has a line, else the innermost with a line, else
// the first. Null for an empty stack.
const ReportFrame* TellingFrame(ReportStack stack);

// The stack without what lies outside the program's main or thread function: libc's start code and
// the runtime's.
ReportStack WithoutStartCode(ReportStack stack);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_FOLDING_H_
