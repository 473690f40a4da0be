// The functions that install signal handlers. Functions that wait for signals, send them or change
// masks need nothing: the thread is outside the runtime when it calls them.
#include <atomic>
#include <cerrno>
#include <csignal>

#include "runtime/interceptors/signal_actions.h"
#include "runtime/interceptors/signal_mask.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

INTERCEPTOR(int, sigaction, int signal, const struct sigaction* action, struct sigaction* old) {
  if (!hbsan::Initialized()) return REAL(sigaction)(signal, action, old);
  return hbsan::ChangeSignalAction(REAL(sigaction), signal, action, old, HBSAN_CALLER_PC());
}

namespace hbsan {
namespace {

std::atomic<std::uint64_t> interrupting{0};  // siginterrupt(signal, 1)

sighandler_t Install(int signal, sighandler_t handler, int flags, std::uintptr_t pc) {
  if (signal <= 0 || signal >= NSIG || handler == SIG_ERR) {
    errno = EINVAL;
    return SIG_ERR;
  }
  struct sigaction action = {};
  struct sigaction old = {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  if ((flags & SA_NODEFER) == 0) sigaddset(&action.sa_mask, signal);
  if (ChangeSignalAction(REAL(sigaction), signal, &action, &old, pc) != 0) return SIG_ERR;
  return old.sa_handler;
}

int BsdFlags(int signal) {
  if (signal <= 0 || signal >= NSIG) return 0;
  const std::uint64_t set = interrupting.load(std::memory_order_relaxed);
  return (set & SignalBit(signal)) != 0 ? 0 : SA_RESTART;
}

constexpr int kSystemVFlags = SA_RESETHAND | SA_NODEFER;

}  // namespace
}  // namespace hbsan

INTERCEPTOR(sighandler_t, signal, int signal, sighandler_t handler) {
  return hbsan::Install(signal, handler, hbsan::BsdFlags(signal), HBSAN_CALLER_PC());
}

INTERCEPTOR(sighandler_t, bsd_signal, int signal, sighandler_t handler) {
  return hbsan::Install(signal, handler, hbsan::BsdFlags(signal), HBSAN_CALLER_PC());
}

INTERCEPTOR(sighandler_t, ssignal, int signal, sighandler_t handler) {
  return hbsan::Install(signal, handler, hbsan::BsdFlags(signal), HBSAN_CALLER_PC());
}

INTERCEPTOR(sighandler_t, sysv_signal, int signal, sighandler_t handler) {
  return hbsan::Install(signal, handler, hbsan::kSystemVFlags, HBSAN_CALLER_PC());
}

INTERCEPTOR(sighandler_t, __sysv_signal, int signal, sighandler_t handler) {
  return hbsan::Install(signal, handler, hbsan::kSystemVFlags, HBSAN_CALLER_PC());
}

INTERCEPTOR(sighandler_t, sigset, int signal, sighandler_t disposition) {
  sigset_t set;
  sigset_t old_mask;
  struct sigaction old = {};
  sigemptyset(&set);
  if (sigaddset(&set, signal) != 0) return SIG_ERR;
  const bool hold = disposition == SIG_HOLD;
  if (hold) {
    if (sigprocmask(SIG_BLOCK, &set, &old_mask) != 0) return SIG_ERR;
    if (hbsan::ChangeSignalAction(REAL(sigaction), signal, nullptr, &old, 0) != 0) return SIG_ERR;
  } else {
    old.sa_handler = hbsan::Install(signal, disposition, 0, HBSAN_CALLER_PC());
    if (old.sa_handler == SIG_ERR) return SIG_ERR;
    if (sigprocmask(SIG_UNBLOCK, &set, &old_mask) != 0) return SIG_ERR;
  }
  return sigismember(&old_mask, signal) != 0 ? SIG_HOLD : old.sa_handler;
}

INTERCEPTOR(int, siginterrupt, int signal, int flag) {
  const int result = REAL(siginterrupt)(signal, flag);
  if (result != 0) return result;
  if (flag != 0) {
    hbsan::interrupting.fetch_or(hbsan::SignalBit(signal), std::memory_order_relaxed);
  } else {
    hbsan::interrupting.fetch_and(~hbsan::SignalBit(signal), std::memory_order_relaxed);
  }
  return result;
}
