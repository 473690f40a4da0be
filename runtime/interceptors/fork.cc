#include "runtime/interceptors/fork.h"

#include <sched.h>
#include <unistd.h>

#include "runtime/interceptors/cond_ops.h"
#include "runtime/interceptors/exit.h"
#include "runtime/interceptors/signal_actions.h"
#include "runtime/interceptors/sync_ops.h"
#include "runtime/interceptors/thread_table.h"
#include "runtime/interceptors/threads.h"
#include "runtime/real.h"
#include "runtime/report/report.h"
#include "runtime/runtime.h"
#include "runtime/sys.h"

extern "C" int __register_atfork(void (*prepare)(), void (*parent)(), void (*child)(), void* dso);

namespace hbsan {
namespace {

constinit SpinLock forking;  // one fork at a time

void Leave() {
  HotState& hot = __hbsan_hot;
  if (--hot.depth == 0 && hot.signal_pending != 0) DeliverPendingSignals();
}

// The runtime is entered from here until after the fork, so that signals wait. No other thread is
// inside it, and none is beginning or ending.
void BeforeFork() {
  HotState& hot = __hbsan_hot;
  CurrentThread();
  OwnerId();  // the child asks what it was
  for (;;) {
    ++hot.depth;
    if (forking.try_lock()) break;
    Leave();  // who forks waits for us
    sys::Yield();
  }
  StopOthers();
  LockLifeCycles();
  LockThreadTable();
  ReportsBeforeFork();
}

void Resume() {
  UnlockThreadTable();
  UnlockLifeCycles();
  ResumeOthers();
  forking.unlock();
  Leave();
}

void AfterForkInParent() {
  ReportsAfterForkInParent();
  Resume();
}

void AfterForkInChild() {
  OwnerIdAfterFork();
  TheDetector().AfterForkInChild(CurrentThread());
  ThreadsAfterFork();
  CondsAfterFork();
  SignalsAfterFork();
  ExitAfterFork();
  ReportsAfterFork();
  ThreadTableAfterFork();
  Resume();
}

struct CloneCall {
  int (*function)(void*);
  void* argument;
};

int RunClone(void* argument) {
  const CloneCall call = *static_cast<CloneCall*>(argument);
  AfterForkInChild();
  return call.function(call.argument);
}

}  // namespace

void InitializeFork() {
  __register_atfork(BeforeFork, AfterForkInParent, AfterForkInChild, nullptr);
}

}  // namespace hbsan

// A vfork is a fork that runs no handlers: its child closes and duplicates descriptors, and must
// not do so in what the parent knows of its own.
INTERCEPTOR(pid_t, vfork) { return _Fork(); }

// fork and what calls it run the registered handlers.
INTERCEPTOR(pid_t, _Fork) {
  if (hbsan::InRuntime()) return REAL(_Fork)();
  hbsan::BeforeFork();
  const pid_t pid = REAL(_Fork)();
  if (pid == 0) {
    hbsan::AfterForkInChild();
  } else {
    hbsan::AfterForkInParent();
  }
  return pid;
}

// Variadic in C; the last three are for flags that ask for them.
INTERCEPTOR(int, clone, int (*function)(void*), void* stack, int flags, void* argument,
            void* parent_tid, void* tls, void* child_tid) {
  if (hbsan::InRuntime() || (flags & CLONE_VM) != 0) {
    return REAL(clone)(function, stack, flags, argument, parent_tid, tls, child_tid);
  }
  hbsan::CloneCall call = {function, argument};
  hbsan::BeforeFork();
  const int pid = REAL(clone)(hbsan::RunClone, stack, flags, &call, parent_tid, tls, child_tid);
  hbsan::AfterForkInParent();
  return pid;
}
