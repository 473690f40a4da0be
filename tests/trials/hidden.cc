#include "tests/trials/hidden.h"

#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/syscall.h>

#include <climits>

namespace hbsan::trials {
namespace {

constexpr unsigned kSpins = 5000;

long Call(long number, long a = 0, long b = 0, long c = 0, long d = 0) {
  register long r10 asm("r10") = d;
  long result;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
               : "rcx", "r11", "memory");
  return result;
}

void SleepWhile(const std::uint32_t* word, std::uint32_t value) {
  Call(SYS_futex, reinterpret_cast<long>(word), FUTEX_WAIT_PRIVATE, static_cast<long>(value));
}

void WakeAll(const std::uint32_t* word) {
  Call(SYS_futex, reinterpret_cast<long>(word), FUTEX_WAKE_PRIVATE, INT_MAX);
}

}  // namespace

// True in the last thread, which lets the others go.
bool HiddenBarrier::Arrive(std::uint32_t& phase) {
  phase = __atomic_load_n(&phase_, __ATOMIC_ACQUIRE);
  if (__atomic_add_fetch(&arrived_, 1, __ATOMIC_ACQ_REL) != parties_) return false;
  __atomic_store_n(&arrived_, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&phase_, phase + 1, __ATOMIC_RELEASE);
  return true;
}

void HiddenBarrier::Wait() {
  std::uint32_t phase;
  if (Arrive(phase)) return WakeAll(&phase_);
  while (__atomic_load_n(&phase_, __ATOMIC_ACQUIRE) == phase) SleepWhile(&phase_, phase);
}

void HiddenBarrier::Meet() {
  std::uint32_t phase;
  if (Arrive(phase)) return;
  for (unsigned spins = 0; __atomic_load_n(&phase_, __ATOMIC_ACQUIRE) == phase; ++spins) {
    if (spins < kSpins) {
      __builtin_ia32_pause();
    } else {
      Call(SYS_sched_yield);
    }
  }
}

void HiddenCounter::Advance() {
  __atomic_add_fetch(&value_, 1, __ATOMIC_ACQ_REL);
  WakeAll(&value_);
}

void HiddenCounter::WaitFor(std::uint32_t value) {
  for (;;) {
    const std::uint32_t now = __atomic_load_n(&value_, __ATOMIC_ACQUIRE);
    if (now >= value) return;
    SleepWhile(&value_, now);
  }
}

void HiddenCounter::Reset() { __atomic_store_n(&value_, 0, __ATOMIC_RELEASE); }

void Delay(unsigned pauses) {
  for (; pauses > 0; --pauses) __builtin_ia32_pause();
}

void HiddenEnd::Announce() {
  __atomic_store_n(&thread_id_, static_cast<std::uint32_t>(Call(SYS_gettid)), __ATOMIC_RELEASE);
  WakeAll(&thread_id_);
}

void HiddenEnd::Wait() {
  std::uint32_t id;
  while ((id = __atomic_load_n(&thread_id_, __ATOMIC_ACQUIRE)) == 0) SleepWhile(&thread_id_, 0);
  const long process = Call(SYS_getpid);
  while (Call(SYS_tgkill, process, static_cast<long>(id)) != -ESRCH) Call(SYS_sched_yield);
}

}  // namespace hbsan::trials
