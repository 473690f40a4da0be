// std::thread's start inside libstdc++, where no instrumented code runs: a frame for it, so that a
// thread's creation stack shows the line that made it.
#include "runtime/real.h"
#include "runtime/runtime.h"

// std::thread::_M_start_thread(std::unique_ptr<_State>, void (*)()); a unique_ptr argument goes by
// address.
INTERCEPTOR(void,
            _ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE,
            void* thread, void* state, void (*depend)()) {
  hbsan::HotState& hot = __hbsan_hot;
  hbsan::Frame* const top = hot.stack_top;
  if (top != nullptr) {
    hot.stack_top = top + 1;
    *top = {.return_address = HBSAN_CALLER_PC(), .node = 0, .unused = 0};
  }
  REAL(_ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE)
  (thread, state, depend);
  if (top != nullptr) hot.stack_top = top;
}
