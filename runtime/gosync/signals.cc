#include "gosync/signals.h"

#include <cxxabi.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <typeinfo>

#include "gosync/fatal.h"
#include "gosync/scheduler.h"
#include "gosync/show.h"
#include "gosync/system.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {
namespace {

constexpr int kFatalStatus = 2;  // as Go's
constexpr std::size_t kSignalStackBytes = std::size_t{64} << 10;

struct sigaction segv_before;
std::terminate_handler terminate_before = nullptr;

void OnSegmentationFault(int signal, siginfo_t* info, void* context) {
  if (OverflownBy(info->si_addr) != nullptr) {
    WriteError("fatal error: stack overflow\n\n");
    ShowCaller();
    _exit(kFatalStatus);
  }
  if ((segv_before.sa_flags & SA_SIGINFO) != 0) {
    segv_before.sa_sigaction(signal, info, context);
  } else if (segv_before.sa_handler != SIG_DFL && segv_before.sa_handler != SIG_IGN) {
    segv_before.sa_handler(signal);
  } else {
    sigaction(SIGSEGV, &segv_before, nullptr);  // the access faults again
  }
}

void ShowException() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (type == nullptr) {
    WriteError("std::terminate called");
    return;
  }
  try {
    throw;
  } catch (const std::exception& e) {
    WriteError(e.what());
  } catch (...) {
  }
  int status;
  char* name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
  WriteError(" [");
  WriteError(name != nullptr ? name : type->name());
  WriteError("]");
  free(name);
}

void OnTerminate() {
  Worker* w = CurrentWorker();
  if (w == nullptr || w->current == nullptr) {
    if (terminate_before != nullptr) terminate_before();
    std::abort();
  }
  WriteError("panic: ");
  ShowException();
  WriteError("\n\n");
  ShowCaller();
  _exit(kFatalStatus);
}

}  // namespace

void InstallSignalHandlers() {
  struct sigaction action = {};
  action.sa_sigaction = OnSegmentationFault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigaction(SIGSEGV, &action, &segv_before);
  terminate_before = std::set_terminate(OnTerminate);
}

void PrepareSignalStack() {
  void* memory =
      mmap(nullptr, kSignalStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  const stack_t stack{.ss_sp = memory, .ss_flags = 0, .ss_size = kSignalStackBytes};
  sigaltstack(&stack, nullptr);
}

void Throw(const char* what) { throw Panic(what); }

void Fatal(const char* what) {
  WriteError("fatal error: ");
  WriteError(what);
  WriteError("\n\n");
  ShowCaller();
  _exit(kFatalStatus);
}

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync
