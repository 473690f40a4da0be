#include "runtime/unwind.h"

#include "runtime/unwind_rule.h"

namespace hbsan {
namespace {

struct Registers {
  std::uintptr_t pc;
  std::uintptr_t sp;  // at pc, the callee's frame gone
  std::uintptr_t bp;
};

// The registers in the function that the runtime returns to at `pc`. The runtime keeps frame
// pointers.
bool FindCaller(std::uintptr_t pc, Registers& caller) {
  constexpr int kMaxRuntimeFrames = 16;
  auto* frame = static_cast<const std::uintptr_t*>(__builtin_frame_address(0));
  for (int i = 0; i < kMaxRuntimeFrames; ++i) {
    if (frame[1] == pc) {
      caller = {pc, reinterpret_cast<std::uintptr_t>(frame + 2), frame[0]};
      return true;
    }
    const auto* next = reinterpret_cast<const std::uintptr_t*>(frame[0]);
    if (next <= frame) return false;
    frame = next;
  }
  return false;
}

std::uintptr_t LoadWord(std::uintptr_t address) {
  return *reinterpret_cast<const std::uintptr_t*>(address);
}

// From a function to its caller.
bool Step(Registers& registers) {
  UnwindRule rule;
  if (!FindUnwindRule(registers.pc - 1, rule)) return false;
  const std::uintptr_t cfa = (rule.cfa_from_bp ? registers.bp : registers.sp) +
                             static_cast<std::uintptr_t>(rule.cfa_offset);
  if (cfa <= registers.sp) return false;
  if (rule.bp_offset != 0)
    registers.bp = LoadWord(cfa + static_cast<std::uintptr_t>(rule.bp_offset));
  registers.pc = LoadWord(cfa - sizeof(std::uintptr_t));
  registers.sp = cfa;
  return registers.pc != 0;
}

}  // namespace

CallerFrames::CallerFrames(ThreadState& t, std::uintptr_t pc) : hot_(*t.hot), top_(hot_.stack_top) {
  constexpr int kMaxFrames = 32;
  Registers registers;
  if (top_ == t.frames || !FindCaller(pc, registers)) return;
  const std::uintptr_t instrumented_return = top_[-1].return_address;
  std::uintptr_t between[kMaxFrames];  // innermost first, without `pc`
  for (int count = 0; count < kMaxFrames; ++count) {
    if (!Step(registers)) return;
    if (registers.pc == instrumented_return) {
      while (count > 0) {
        *hot_.stack_top++ = {between[--count], 0, 0};
      }
      return;
    }
    between[count] = registers.pc;
  }
}

}  // namespace hbsan
