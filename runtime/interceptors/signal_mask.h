// The calling thread's signal mask, by raw system calls: glibc's functions keep signals of its own
// out of it.
#ifndef HBSAN_RUNTIME_INTERCEPTORS_SIGNAL_MASK_H_
#define HBSAN_RUNTIME_INTERCEPTORS_SIGNAL_MASK_H_

#include <sys/syscall.h>

#include <csignal>
#include <cstdint>

#include "runtime/sys.h"

namespace hbsan {

inline constexpr std::uint64_t SignalBit(int signal) { return std::uint64_t{1} << (signal - 1); }

// Signals that the thread itself causes by what it executes; they cannot wait.
inline constexpr std::uint64_t kFaults = SignalBit(SIGSEGV) | SignalBit(SIGBUS) |
                                         SignalBit(SIGFPE) | SignalBit(SIGILL) |
                                         SignalBit(SIGTRAP) | SignalBit(SIGSYS);

inline std::uint64_t SetSignalMask(std::uint64_t mask) {
  std::uint64_t old = 0;
  sys::Call(SYS_rt_sigprocmask, SIG_SETMASK, reinterpret_cast<long>(&mask),
            reinterpret_cast<long>(&old), sizeof(mask));
  return old;
}

// All but faults. Returns the mask before.
inline std::uint64_t BlockAllSignals() { return SetSignalMask(~kFaults); }

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_SIGNAL_MASK_H_
