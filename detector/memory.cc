#include "detector/memory.h"

#include <sys/syscall.h>

namespace hbsan {

void SpinLock::Yield() {
  long result = SYS_sched_yield;
  asm volatile("syscall" : "+a"(result) : : "rcx", "r11", "memory");
}

}  // namespace hbsan
