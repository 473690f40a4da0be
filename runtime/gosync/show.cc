#include "gosync/show.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

#include "gosync/detection.h"
#include "gosync/switch.h"
#include "gosync/system.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {
namespace {

std::string_view ReasonText(WaitReason reason) {
  switch (reason) {
    case WaitReason::kNone:
      return "runnable";
    case WaitReason::kSend:
      return "chan send";
    case WaitReason::kReceive:
      return "chan receive";
    case WaitReason::kSendNil:
      return "chan send (nil chan)";
    case WaitReason::kReceiveNil:
      return "chan receive (nil chan)";
    case WaitReason::kSelect:
      return "select";
    case WaitReason::kSelectEmpty:
      return "select (no cases)";
    case WaitReason::kMutex:
      return "sync.Mutex.Lock";
    case WaitReason::kReadLock:
      return "sync.RWMutex.RLock";
    case WaitReason::kWriteLock:
      return "sync.RWMutex.Lock";
    case WaitReason::kWaitGroup:
      return "sync.WaitGroup.Wait";
    case WaitReason::kCond:
      return "sync.Cond.Wait";
    case WaitReason::kSleep:
      return "sleep";
    case WaitReason::kSemaphore:
      return "semacquire";
  }
  return "waiting";
}

#if !GOSYNC_RACE

// "    #3 0x55... in name (module+0xoff)", which `hbsan symbolize` completes.
void ShowFrame(int number, void* pc) {
  WriteError("    #");
  WriteNumber(static_cast<std::uint64_t>(number));
  WriteError(" 0x");
  WriteNumber(reinterpret_cast<std::uintptr_t>(pc), 16);
  Dl_info info;
  if (dladdr(pc, &info) != 0) {
    if (info.dli_sname != nullptr) {
      int status;
      char* name = abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, &status);
      WriteError(" in ");
      WriteError(name != nullptr ? name : info.dli_sname);
      free(name);
    }
    WriteError(" (");
    WriteError(info.dli_fname);
    WriteError("+0x");
    WriteNumber(
        reinterpret_cast<std::uintptr_t>(pc) - reinterpret_cast<std::uintptr_t>(info.dli_fbase),
        16);
    WriteError(")");
  }
  WriteError("\n");
}

void ShowFrames() {
  constexpr int kMaxFrames = 64;
  void* frames[kMaxFrames];
  const int count = backtrace(frames, kMaxFrames);
  for (int i = 1; i < count; ++i) ShowFrame(i - 1, frames[i]);
  WriteError("\n");
}

#endif

// As if it ran here.
void ShowStackOf(Goroutine& g) {
  DetectSwitch(nullptr, &g);
  RunOnStackOf(g, [](void*) { ShowOwnStack(); }, nullptr);
  DetectSwitch(&g, nullptr);
}

}  // namespace

void WriteNumber(std::uint64_t n, int base) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, n, base).ptr;
  WriteError({digits, static_cast<std::size_t>(end - digits)});
}

void ShowWaiting(Goroutine& g) {
  const Life life = g.life.load(std::memory_order_acquire);
  if (life == Life::kParked) {
    ShowTitle(&g, /*running=*/false);
    ShowStackOf(g);
  } else if (life == Life::kForeign && g.reason != WaitReason::kNone) {
    ShowTitle(&g, /*running=*/false);
    constexpr std::uint32_t kShowStack = 2;
    g.wake.store(kShowStack, std::memory_order_release);
    FutexWake(g.wake);
    while (g.wake.load(std::memory_order_acquire) == kShowStack) FutexWait(g.wake, kShowStack);
  }
}

void ShowTitle(const Goroutine* g, bool running) {
  if (g == nullptr || g->life.load(std::memory_order_relaxed) == Life::kForeign) {
    WriteError("thread");
  } else {
    WriteError("goroutine ");
    WriteNumber(g->id);
  }
  WriteError(" [");
  WriteError(running ? "running" : ReasonText(g->reason));
  if (!running && g->waits_for != nullptr && g->reason != WaitReason::kSelect) {
    WriteError(", 0x");
    WriteNumber(reinterpret_cast<std::uintptr_t>(g->waits_for), 16);
  }
  WriteError("]:\n");
}

void ShowOwnStack() {
#if GOSYNC_RACE
  __hbsan_go_print_stack();
#else
  ShowFrames();
#endif
}

void ShowCaller() {
  Worker* w = CurrentWorker();
  ShowTitle(w != nullptr ? w->current : nullptr, /*running=*/true);
  ShowOwnStack();
}

void ShowAllWaiting() {
  const auto show = [](Goroutine& g, void*) { ShowWaiting(g); };
  ForEachForeign(show, nullptr);
  ForEachSlot(show, nullptr);
}

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync
