#include "detector/memory.h"

#include <sys/syscall.h>

namespace hbsan {

namespace {

void Yield() {
  long result = SYS_sched_yield;
  asm volatile("syscall" : "+a"(result) : : "rcx", "r11", "memory");
}

}  // namespace

// Looks ever more seldom: meanwhile the holder may take the lock again and again, which is much
// cheaper than that it and what it guards go from processor to processor each time.
void SpinLock::Wait() {
  constexpr int kMostPauses = 256;
  int pauses = 8;
  do {
    for (int i = 0; i < pauses; ++i) __builtin_ia32_pause();
    if (pauses < kMostPauses) {
      pauses *= 2;
    } else {
      Yield();
    }
  } while (locked_.load(std::memory_order_relaxed) || !try_lock());
}

}  // namespace hbsan
