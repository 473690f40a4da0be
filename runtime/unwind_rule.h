// How to get from a function to its caller at one program counter, read from call frame
// information.
#ifndef HBSAN_RUNTIME_UNWIND_RULE_H_
#define HBSAN_RUNTIME_UNWIND_RULE_H_

#include <cstdint>

namespace hbsan {

// The usual rules of x86-64: the canonical frame address (CFA) is an offset from rsp or rbp, the
// return address lies right below it.
struct UnwindRule {
  std::int32_t cfa_offset = 0;
  std::int16_t bp_offset = 0;  // where the caller's rbp is saved, from the CFA; 0: still in rbp
  bool cfa_from_bp = false;
  std::uint8_t unused = 0;
};

// The rule for `pc`, which lies inside an instruction (a return address minus one). False if there
// is none or another kind. Async-signal-safe and lock free.
bool FindUnwindRule(std::uintptr_t pc, UnwindRule& rule);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_UNWIND_RULE_H_
