// The frames between an interceptor and the innermost instrumented function.
//
// The shadow call stack knows instrumented functions only. When uninstrumented code (libstdc++.so,
// a C library) calls an interceptor, the frames in between, and with them the line of the program
// that called the library, come from the real stack, by the call frame information in .eh_frame
// (DWARF 5, 6.4; LSB Core, 10.6). Rules are cached by program counter, so that the usual case,
// called from instrumented code, costs one look-up.
#ifndef HBSAN_RUNTIME_UNWIND_H_
#define HBSAN_RUNTIME_UNWIND_H_

#include <cstdint>

#include "detector/thread_state.h"

namespace hbsan {

// While it lives, the running thread's shadow call stack also has the uninstrumented frames between
// the innermost instrumented function and `pc`, the return address of a runtime function on the
// stack.
class CallerFrames {
 public:
  CallerFrames(ThreadState& t, std::uintptr_t pc);
  ~CallerFrames() { hot_.stack_top = top_; }
  CallerFrames(const CallerFrames&) = delete;
  CallerFrames& operator=(const CallerFrames&) = delete;

 private:
  HotState& hot_;
  Frame* const top_;
};

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_UNWIND_H_
