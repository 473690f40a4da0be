#include "runtime/report/folding.h"

#include <initializer_list>

#include "runtime/report/modules.h"
#include "runtime/report/substring.h"

namespace hbsan {
namespace {

// Of a stack deeper than their sum, only so many frames are shown at either end.
constexpr std::size_t kShownInnermost = 200;
constexpr std::size_t kShownOutermost = 50;

bool ContainsAny(std::string_view text, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) {
    if (text.find(part) != std::string_view::npos) return true;
  }
  return false;
}

bool StartsWithAny(std::string_view text, std::initializer_list<std::string_view> prefixes) {
  for (const std::string_view prefix : prefixes) {
    if (text.starts_with(prefix)) return true;
  }
  return false;
}

// A demangled function template is preceded by its return type: "void
// std::__invoke_impl<...>(...)".
std::string_view WithoutReturnType(std::string_view function) {
  for (const std::string_view type : {"void ", "bool "}) {
    if (function.starts_with(type)) return Substring(function, type.size());
  }
  return function;
}

// The headers and sources of libstdc++ and libc++: .../c++/12/bits/..., .../c++/v1/...
bool IsStandardLibraryFile(std::string_view file) {
  constexpr std::string_view kDirectory = "/c++/";
  const std::size_t at = file.find(kDirectory);
  if (at == std::string_view::npos) return ContainsAny(file, {"/libstdc++-v3/"});
  const std::string_view version = Substring(file, at + kDirectory.size());
  return version.starts_with("v1/") ||
         (!version.empty() && version.front() >= '0' && version.front() <= '9');
}

FrameOrigin OriginOfFile(std::string_view file) {
  // The runtime calls threads' functions, signal handlers and the like in the library's stead.
  if (IsStandardLibraryFile(file) || ContainsAny(file, {"/runtime/interceptors/"})) {
    return FrameOrigin::kStandardLibrary;
  }
  if (ContainsAny(file, {"/gtest/internal/", "/gtest/gtest", "/googletest/src/", "/gtest/src/"})) {
    return FrameOrigin::kTestFramework;
  }
  if (ContainsAny(file, {"/include/gosync/", "/runtime/gosync/"}) && !file.ends_with("_test.cc")) {
    return FrameOrigin::kGosync;
  }
  return FrameOrigin::kUser;
}

}  // namespace

FrameOrigin OriginOf(const ReportFrame& frame) {
  // A user's specialisation of a template in std is the user's: the file decides if it is known.
  if (!frame.file.empty()) return OriginOfFile(frame.file);
  const std::string_view function = WithoutReturnType(frame.function);
  if (function.starts_with("gosync::")) return FrameOrigin::kGosync;
  if (StartsWithAny(function,
                    {"std::", "__gnu_cxx::", "__cxxabiv1::", "operator new", "operator delete"}) ||
      StartsWithAny(BaseName(frame.module), {"libstdc++.so", "libc++.so", "libc++abi.so"})) {
    return FrameOrigin::kStandardLibrary;
  }
  if (StartsWithAny(function, {"testing::internal::", "testing::Test::", "testing::TestInfo::",
                               "testing::TestSuite::", "testing::UnitTest::"})) {
    return FrameOrigin::kTestFramework;
  }
  return FrameOrigin::kUser;
}

// The fold that starts at the next frame; `folded` is 0 if the frame stands for itself.
StackLine FoldedStack::FoldRun() const {
  const FrameOrigin origin = OriginOf(stack_[next_]);
  StackLine line = {.first = next_, .folded = 0, .origin = origin};
  if (origin == FrameOrigin::kUser) return line;
  std::size_t end = next_;
  while (end < stack_.size() && OriginOf(stack_[end]) == origin) ++end;
  const bool called_by_user = end < stack_.size() && OriginOf(stack_[end]) == FrameOrigin::kUser;
  line.folded = end - next_ - (called_by_user ? 1 : 0);
  return line;
}

bool FoldedStack::Next(StackLine& line) {
  if (next_ == stack_.size()) return false;
  line = {.first = next_, .folded = 0, .origin = FrameOrigin::kUser};
  if (!full_) {
    const bool deep = stack_.size() > kShownInnermost + kShownOutermost;
    if (deep && next_ == kShownInnermost) {
      line.folded = stack_.size() - kShownInnermost - kShownOutermost;
    } else {
      line = FoldRun();
      if (deep && line.first < kShownInnermost && line.first + line.folded > kShownInnermost) {
        line.folded = kShownInnermost - line.first;
      }
    }
  }
  next_ += line.folded == 0 ? 1 : line.folded;
  return true;
}

const ReportFrame* TellingFrame(ReportStack stack) {
  for (const ReportFrame& frame : stack) {
    if (frame.line != 0 && OriginOf(frame) == FrameOrigin::kUser) return &frame;
  }
  for (const ReportFrame& frame : stack) {
    if (frame.line != 0) return &frame;
  }
  return stack.empty() ? nullptr : &stack.front();
}

ReportStack WithoutStartCode(ReportStack stack) {
  while (stack.size() > 1) {
    const std::string_view function = stack.back().function;
    // libc's own start has no name where its debug symbols are not installed.
    const bool in_libc = function.empty() && BaseName(stack.back().module).starts_with("libc.so.");
    const bool start_code = in_libc ||
                            StartsWithAny(function, {"__libc_start_", "hbsan::", "__interceptor_",
                                                     "__hbsan_", "gosync::race::detail::"}) ||
                            function == "_start" || function == "start_thread" ||
                            function == "clone" || function == "clone3" || function == "__clone3";
    if (!start_code) break;
    stack = stack.first(stack.size() - 1);
  }
  return stack;
}

}  // namespace hbsan
