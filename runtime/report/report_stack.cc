#include "runtime/report/report_stack.h"

#include <cstddef>

namespace hbsan {
namespace {

constexpr std::size_t kBytes = 256 << 10;
alignas(16) constinit char stack[kBytes] = {};

}  // namespace

void CallOnReportStack(void (*function)(void*), void* argument) {
  // rbx keeps the thread's stack pointer; every register that a call may change is given up.
  asm volatile(
      "mov %%rsp, %%rbx\n\t"
      "mov %[top], %%rsp\n\t"
      "call *%[function]\n\t"
      "mov %%rbx, %%rsp"
      : "+D"(argument), [function] "+r"(function)
      : [top] "r"(stack + kBytes)
      : "rax", "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3",
        "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
        "xmm15", "memory", "cc");
}

}  // namespace hbsan
