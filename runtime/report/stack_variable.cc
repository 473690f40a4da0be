#include "runtime/report/stack_variable.h"

#include <sys/syscall.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstring>

#include "runtime/report/modules.h"
#include "runtime/report/symbolizer.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

constexpr Addr kWord = sizeof(std::uintptr_t);
constexpr Addr kBytesBelow = 4096;
constexpr Addr kBytesAbove = 32768;
constexpr std::size_t kMostReturns = 128;  // the innermost calls
constexpr int kMostQuestions = 32;         // words below that may be return addresses

std::span<const std::uintptr_t> CopyReturns(const ThreadInfo& thread, Scratch& scratch) {
  const ThreadState* state = thread.state;
  if (state == nullptr) return {};
  const Frame* top = state->hot != nullptr ? state->hot->stack_top : state->saved_stack_top;
  if (top == nullptr || top <= state->frames) return {};
  const auto depth = static_cast<std::size_t>(top - state->frames);
  const std::size_t count = std::min(depth, kMostReturns);
  const std::span<std::uintptr_t> copy = scratch.NewArray<std::uintptr_t>(count);
  for (std::size_t i = 0; i < count; ++i) copy[i] = (top - count + i)->return_address;
  return copy;
}

bool Shows(ReportStack stack, std::string_view function) {
  return std::ranges::find(stack, function, &ReportFrame::function) != stack.end();
}

bool Shows(const Report& report, std::string_view function) {
  return Shows(report.stack, function) ||
         std::ranges::any_of(report.accesses,
                             [&](const ReportAccess& a) { return Shows(a.stack, function); }) ||
         std::ranges::any_of(report.threads,
                             [&](const ReportThread& t) { return Shows(t.creation, function); });
}

// Whether a call of another function than the one at `function` ends at `return_address`. An
// indirect call may be of any.
bool CallsAnother(std::uintptr_t return_address, Addr function) {
  constexpr unsigned char kCallRelative = 0xE8;
  constexpr std::size_t kLength = 5;
  if (FindModule(return_address - 1) == nullptr) return false;  // made at run time
  const auto* end = reinterpret_cast<const unsigned char*>(return_address);
  if (end[-static_cast<int>(kLength)] != kCallRelative) return false;
  std::int32_t distance;
  std::memcpy(&distance, end - 4, sizeof(distance));
  return return_address + static_cast<std::uintptr_t>(static_cast<std::intptr_t>(distance)) !=
         function;
}

class FrameSearch {
 public:
  FrameSearch(Addr address, const StackWindow& window, Report& report)
      : address_(address), window_(window), report_(report) {
    caller_ = IndexOf(address) + 1;  // may lie behind the window
    while (caller_ < window_.size() && !IsReturn(window_.words[caller_])) ++caller_;
  }

  // The nearest return address below the variable that leads into a function of the report: where
  // that function goes on, right below its frame.
  void Run() {
    if (caller_ >= window_.size()) return;
    int questions = 0;
    for (std::size_t i = IndexOf(address_); i-- > 0 && questions < kMostQuestions;) {
      const std::uintptr_t word = window_.words[i];
      if (FindModule(word - 1) == nullptr) continue;
      ++questions;
      DataSymbol function;
      if (!SymbolizeData(word - 1, function) || !Shows(report_, function.name) ||
          CallsAnother(window_.words[caller_], function.begin)) {
        continue;
      }
      Name(function, AddressOf(i + 1), AddressOf(caller_ - 1));
      return;
    }
  }

 private:
  std::size_t IndexOf(Addr address) const { return (address - window_.begin) / kWord; }
  Addr AddressOf(std::size_t index) const { return window_.begin + index * kWord; }
  bool IsReturn(std::uintptr_t word) const {
    return std::ranges::find(window_.returns, word) != window_.returns.end();
  }

  // `low`: the stack pointer in the function's body; `high`: its frame pointer, if it has one.
  // Places of variables count upwards from the one or downwards from the other.
  void Name(const DataSymbol& function, Addr low, Addr high) {
    std::string_view reply = AskForLocals(function.begin);
    for (LocalVariable local; NextLocal(reply, local);) {
      const Addr begin = (local.offset >= 0 ? low : high) + static_cast<Addr>(local.offset);
      if (!local.placed || address_ - begin >= local.size) continue;
      ReportLocation& at = report_.location;
      at.begin = begin;
      at.size = local.size;
      at.offset = address_ - begin;
      at.name = KeepText(local.name);
      at.function = KeepText(function.name);
      at.file = KeepText(local.file);
      at.line = local.line;
      return;
    }
  }

  Addr address_;
  const StackWindow& window_;
  Report& report_;
  std::size_t caller_;  // the slot of the return address of the frame's function
};

}  // namespace

StackWindow CopyStackAround(Addr address, const ThreadInfo& thread, Scratch& scratch) {
  // The lowest page may be a guard.
  const Addr lowest = thread.stack_begin + 2 * kBytesBelow;
  if (address < lowest) return {};
  StackWindow window;
  window.begin = std::max(lowest, address - kBytesBelow) & ~(kWord - 1);
  const Addr end = std::min(thread.stack_end, address + kBytesAbove) & ~(kWord - 1);
  const std::span<std::uintptr_t> words =
      scratch.NewArray<std::uintptr_t>((end - window.begin) / kWord);
  // The kernel copies as much as can be read: a program may protect pages of its stacks.
  const iovec to = {.iov_base = words.data(), .iov_len = words.size_bytes()};
  const iovec from = {.iov_base = reinterpret_cast<void*>(window.begin), .iov_len = to.iov_len};
  const long copied = sys::Call(SYS_process_vm_readv, sys::GetPid(), reinterpret_cast<long>(&to), 1,
                                reinterpret_cast<long>(&from), 1, 0);
  window.words = words.first(copied <= 0 ? 0 : static_cast<std::size_t>(copied) / kWord);
  window.returns = CopyReturns(thread, scratch);
  return window;
}

void NameStackVariable(Addr address, const StackWindow& window, Report& report) {
  if (window.size() != 0) FrameSearch(address, window, report).Run();
}

}  // namespace hbsan
