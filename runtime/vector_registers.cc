#include "runtime/vector_registers.h"

#include <cpuid.h>

// Read by the code below.
extern "C" __attribute__((visibility("hidden"))) constinit bool hbsan_has_avx = false;

// rbp is saved as usual; 16 registers of 32 (or 16) bytes lie at rsp during the call.
asm(R"(
  .pushsection .text
  .globl hbsan_call_preserving_vectors
  .hidden hbsan_call_preserving_vectors
  .type hbsan_call_preserving_vectors, @function
hbsan_call_preserving_vectors:
  .cfi_startproc
  push %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  mov %rsp, %rbp
  .cfi_def_cfa_register %rbp
  sub $512, %rsp
  and $-32, %rsp
  mov %rdi, %rax
  mov %rsi, %rdi
  cmpb $0, hbsan_has_avx(%rip)
  je 1f
  .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  vmovaps %ymm\n, 32*\n(%rsp)
  .endr
  vzeroupper
  call *%rax
  .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  vmovaps 32*\n(%rsp), %ymm\n
  .endr
  leave
  .cfi_remember_state
  .cfi_def_cfa %rsp, 8
  ret
  .cfi_restore_state
1:
  .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  movaps %xmm\n, 16*\n(%rsp)
  .endr
  call *%rax
  .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  movaps 16*\n(%rsp), %xmm\n
  .endr
  leave
  .cfi_def_cfa %rsp, 8
  ret
  .cfi_endproc
  .size hbsan_call_preserving_vectors, . - hbsan_call_preserving_vectors
  .popsection
)");

namespace hbsan {

void FindVectorRegisters() {
  unsigned a, b, c = 0, d;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0) return;
  if ((c & bit_OSXSAVE) == 0 || (c & bit_AVX) == 0) return;
  unsigned low, high;
  asm("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  constexpr unsigned kXmmAndYmm = 6;
  hbsan_has_avx = (low & kXmmAndYmm) == kXmmAndYmm;
}

}  // namespace hbsan
