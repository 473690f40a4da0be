#include "runtime/interceptors/exit.h"

#include <cstdio>
#include <cstdlib>

#include "runtime/address_space.h"
#include "runtime/interceptors/sync_ops.h"
#include "runtime/real.h"
#include "runtime/report/report.h"
#include "runtime/runtime.h"
#include "runtime/sys.h"

extern "C" int __cxa_at_quick_exit(void (*function)(void*), void* dso);

namespace hbsan {
namespace {

int own_pid = 0;
int quick_status = 0;

// Runs last of all that exit calls, with only the flush of stdio streams behind it.
void FinishExit(int status, void*) {
  const int final = FinishReports(status);
  if (final == status) return;
  fcloseall();  // that flush, as exit does it: without waiting for locks of streams
  sys::Exit(final);
}

void FinishQuickExit(void*) { sys::Exit(FinishReports(quick_status)); }

// The child of a vfork ends by itself; the reports are its parent's.
bool BorrowsProcess() { return sys::GetPid() != own_pid; }

// The destructor of an object with static storage duration, registered when it was initialised.
struct Destructor {
  void (*function)(void*);
  void* object;
};
constexpr std::uint32_t kMaxDestructors = 1u << 22;
Pool<Destructor> destructors;

void RunDestructor(void* argument) {
  const auto index = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(argument));
  const Destructor destructor = destructors[index];
  const Addr initialised = AbstractAddress(SyncSpace::kAtExit, index);
  AcquireAt(initialised);
  ForgetAt(initialised);
  destructors.Free(index);
  destructor.function(destructor.object);
}

}  // namespace

void ExitAfterFork() { own_pid = sys::GetPid(); }

}  // namespace hbsan

// The initialiser of an object → its destructor, whichever thread exits. Functions that the program
// registers with atexit have no object, and no edge.
INTERCEPTOR(int, __cxa_atexit, void (*function)(void*), void* object, void* dso) {
  if (hbsan::InRuntime() || object == nullptr) return REAL(__cxa_atexit)(function, object, dso);
  std::uint32_t index;
  {
    hbsan::RuntimeScope scope;
    index = hbsan::destructors.Allocate();
    hbsan::destructors[index] = {function, object};
    hbsan::ReleaseStore(scope, hbsan::AbstractAddress(hbsan::SyncSpace::kAtExit, index), 0);
  }
  return REAL(__cxa_atexit)(hbsan::RunDestructor,
                            reinterpret_cast<void*>(static_cast<std::uintptr_t>(index)), dso);
}

INTERCEPTOR(void, _exit, int status) {
  if (!hbsan::Initialized() || hbsan::BorrowsProcess()) REAL(_exit)(status);
  hbsan::sys::Exit(hbsan::FinishReports(status));
}

INTERCEPTOR(void, _Exit, int status) {
  if (!hbsan::Initialized() || hbsan::BorrowsProcess()) REAL(_Exit)(status);
  hbsan::sys::Exit(hbsan::FinishReports(status));
}

INTERCEPTOR(void, quick_exit, int status) {
  hbsan::quick_status = status;
  REAL(quick_exit)(status);
}

namespace hbsan {

void InitializeExit() {
  static constexpr Host kHost = {.reserve = ReserveAddressSpace,
                                 .discard = sys::Discard,
                                 .wait_quiescent = nullptr,
                                 .forget_thread = nullptr,
                                 .fatal = [](const char* what) { sys::Fatal(what); }};
  destructors.Init(kHost, kMaxDestructors, "too many objects with destructors at exit");
  ExitAfterFork();
  on_exit(FinishExit, nullptr);
  __cxa_at_quick_exit(FinishQuickExit, nullptr);
}

}  // namespace hbsan
