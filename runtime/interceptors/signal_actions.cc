#include "runtime/interceptors/signal_actions.h"

#include <sys/syscall.h>
#include <ucontext.h>

#include <atomic>

#include "runtime/hooks/ignore.h"
#include "runtime/interceptors/signal_mask.h"
#include "runtime/interceptors/threads.h"
#include "runtime/runtime.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

constexpr int kSignals = 65;
constexpr int kOurFlags = SA_SIGINFO | SA_RESETHAND;  // the program's own are kept here

using Handler = void(int, siginfo_t*, void*);

struct Action {
  std::atomic<Handler*> handler{nullptr};
  std::atomic<int> flags{0};  // those of kOurFlags that the program gave
};
constinit Action actions[kSignals];
constinit SpinLock actions_lock;  // of changes
constinit std::atomic<SigactionFunction*> real_sigaction{nullptr};

// A signal that came inside the runtime; more cannot come until it is delivered.
struct Waiting {
  siginfo_t info;
  std::uint64_t mask;  // to be restored then
};
constinit thread_local Waiting waiting = {};

bool IsFault(int signal, const siginfo_t& info) {
  return (SignalBit(signal) & kFaults) != 0 && info.si_code > 0;
}

std::uint64_t& MaskIn(void* context) {
  return *reinterpret_cast<std::uint64_t*>(&static_cast<ucontext_t*>(context)->uc_sigmask);
}

void Wait(const siginfo_t& info, void* context) {
  waiting.info = info;
  waiting.mask = MaskIn(context);
  MaskIn(context) = ~kFaults;
  __hbsan_hot.signal_pending = 1;
}

// SA_RESETHAND is ours to do: the kernel would do it when a signal that waits arrives first.
Handler* TakeHandler(int signal) {
  Action& action = actions[signal];
  Handler* const handler = action.handler.load(std::memory_order_acquire);
  if ((action.flags.load(std::memory_order_relaxed) & SA_RESETHAND) == 0) return handler;
  struct sigaction reset = {};
  reset.sa_handler = SIG_DFL;
  real_sigaction.load(std::memory_order_relaxed)(signal, &reset, nullptr);
  return handler;
}

void RunHandler(int signal, siginfo_t* info, void* context) {
  HotState& hot = __hbsan_hot;
  Handler* const handler = TakeHandler(signal);
  Frame* const stack_top = hot.stack_top;
  // glibc's own frees are ignored in the code that the signal interrupted, not in the handler.
  const bool recycling = hot.state != nullptr && RecyclingScope::active();
  if (recycling) EndIgnoringAccesses(*hot.state, AccessKind::kWrite);
  AcquireAt(AbstractAddress(SyncSpace::kSignal, static_cast<std::uint32_t>(signal)));
  handler(signal, info, context);
  if (recycling) BeginIgnoringAccesses(*hot.state, AccessKind::kWrite);
  if (stack_top != nullptr) hot.stack_top = stack_top;
}

void OnSignal(int signal, siginfo_t* info, void* context) {
  HotState& hot = __hbsan_hot;
  if (hot.depth == 0) {
    RunHandler(signal, info, context);
  } else if (!IsFault(signal, *info)) {
    Wait(*info, context);
  } else {
    // A fault inside the runtime, on memory that the program passed. If the handler jumps away, the
    // thread is outside.
    const std::uint32_t depth = hot.depth;
    hot.depth = 0;
    RunHandler(signal, info, context);
    hot.depth = depth;
  }
}

bool IsHandler(const struct sigaction& action) {
  return action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN;
}

}  // namespace

int ChangeSignalAction(SigactionFunction* real, int signal, const struct sigaction* action,
                       struct sigaction* old, std::uintptr_t pc) {
  if (signal <= 0 || signal >= kSignals) return real(signal, action, old);
  real_sigaction.store(real, std::memory_order_relaxed);
  const bool handled = action != nullptr && IsHandler(*action);
  if (handled) {
    ReleaseStoreAt(AbstractAddress(SyncSpace::kSignal, static_cast<std::uint32_t>(signal)), pc);
  }
  RuntimeScope scope;
  SpinLockHolder hold(actions_lock);
  Action& entry = actions[signal];
  Handler* const old_handler = entry.handler.load(std::memory_order_relaxed);
  const int old_flags = entry.flags.load(std::memory_order_relaxed);
  struct sigaction ours;
  if (handled) {
    ours = *action;
    ours.sa_sigaction = OnSignal;
    ours.sa_flags = (action->sa_flags & ~kOurFlags) | SA_SIGINFO;
    entry.handler.store(action->sa_sigaction, std::memory_order_release);
    entry.flags.store(action->sa_flags & kOurFlags, std::memory_order_relaxed);
  }
  struct sigaction previous;
  const int result = real(signal, handled ? &ours : action, &previous);
  if (result != 0) {
    entry.handler.store(old_handler, std::memory_order_release);
    entry.flags.store(old_flags, std::memory_order_relaxed);
    return result;
  }
  if (old != nullptr) {
    *old = previous;
    if (previous.sa_sigaction == OnSignal) {
      old->sa_sigaction = old_handler;
      old->sa_flags = (previous.sa_flags & ~kOurFlags) | old_flags;
    }
  }
  return result;
}

void DeliverPendingSignals() {
  HotState& hot = __hbsan_hot;
  // From here until the mask is restored no signal can arrive.
  hot.signal_pending = 0;
  siginfo_t info = waiting.info;
  const std::uint64_t mask = waiting.mask;
  const long sent = sys::Call(SYS_rt_tgsigqueueinfo, sys::GetPid(), sys::GetTid(), info.si_signo,
                              reinterpret_cast<long>(&info));
  if (sent < 0) sys::Call(SYS_tgkill, sys::GetPid(), sys::GetTid(), info.si_signo);
  SetSignalMask(mask);
}

void SignalsAfterFork() {
  if (__hbsan_hot.signal_pending == 0) return;
  __hbsan_hot.signal_pending = 0;
  SetSignalMask(waiting.mask);
}

}  // namespace hbsan
