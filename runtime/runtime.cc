#include "runtime/runtime.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>

#include <new>
#include <optional>

#include "runtime/address_space.h"
#include "runtime/descriptors.h"
#include "runtime/heap.h"
#include "runtime/hooks/ignore.h"
#include "runtime/hooks/own_range.h"
#include "runtime/interceptors/initialize.h"
#include "runtime/interceptors/thread_handle.h"
#include "runtime/interceptors/threads.h"
#include "runtime/loaded_modules.h"
#include "runtime/mapping_keys.h"
#include "runtime/real.h"
#include "runtime/report/report.h"
#include "runtime/sys.h"
#include "runtime/unwind.h"
#include "runtime/vector_registers.h"

constinit thread_local hbsan::HotState __hbsan_hot = {};

extern "C" __attribute__((visibility("hidden"))) hbsan::RealEntry __start_hbsan_real[];
extern "C" __attribute__((visibility("hidden"))) hbsan::RealEntry __stop_hbsan_real[];

namespace hbsan {

alignas(Detector) char detector_storage[sizeof(Detector)];
std::atomic<bool> world_stopped{false};

namespace {

std::atomic<bool> initialized{false};
std::atomic<bool> initializing{false};
// Held by the one thread that waits for all others to be outside: for a fork, or to reclaim
// records.
std::atomic<bool> world_taken{false};
// A fork waits for it: the next reclamation lets it go first.
std::atomic<bool> world_wanted{false};
std::atomic<bool> threads_start_ordered{true};
bool have_membarrier = false;

// Where threads without a ThreadState push their frames: before they are attached, and after their
// end.
constexpr std::size_t kLimboBytes = std::size_t{64} << 20;
Frame* limbo = nullptr;

long Membarrier(int command) { return sys::Call(SYS_membarrier, command, 0, 0); }

void ForgetThread(ThreadDescription* description) {
  ForgetThreadInfo(static_cast<ThreadInfo&>(*description));
}

void FatalLimit(const char* what) { sys::Fatal(what); }

// For a reclamation, which has taken the world. A thread that makes one access after the other is
// hardly ever met outside: it stays there, once it is, until all have been.
void WaitQuiescent(void*) {
  world_stopped.store(true);
  WaitUntilOthersOutside();
  world_stopped.store(false, std::memory_order_release);
}

constexpr Host kHost = {.reserve = ReserveAddressSpace,
                        .discard = sys::Discard,
                        .wait_quiescent = WaitQuiescent,
                        .forget_thread = ForgetThread,
                        .fatal = FatalLimit};

// A thread that did not come through pthread_create: raw clone(2), or a helper of glibc's.
void AttachThread() {
  ThreadInfo* thread = CreateThread(nullptr, {}, false);
  ++__hbsan_hot.depth;
  MeasureThread(*thread);
  BeginThread(*thread);
  ArmThreadEnd();
  if (SyncObject* requests = TheDetector().FindSync(StartOfForeignThreads())) {
    TheDetector().Acquire(*thread->state, *requests);
  }
  --__hbsan_hot.depth;
}

void Check(ThreadState& t, const Site& site, Addr addr, std::size_t size) {
  if (IgnoresAccess(t, site.kind)) {
    // Inside an annotated mutex nothing orders what nobody is to see: memory that it writes (its
    // allocator's, say) has no history from there on.
    if (site.kind == AccessKind::kWrite && IgnoresSync(t)) {
      TheDetector().ForgetAccesses(t, addr, size);
    }
    return;
  }
  Race race;
  if (TheDetector().CheckAccess(t, site, addr, size, race)) ReportRace(t, race);
  ReclaimIfDue();
}

bool IsOwn(const MemoryAccess& access) {
  return access.size == 0 || OwnPrefix(__hbsan_hot, access.kind, reinterpret_cast<Addr>(access.p),
                                       access.size) == access.size;
}

void CheckBoth(std::uintptr_t pc, const MemoryAccess& first, const MemoryAccess& second,
               bool by_interceptor) {
  if (InRuntime()) return;
  const bool owns_first = IsOwn(first), owns_second = IsOwn(second);
  if (owns_first && owns_second) return;
  RuntimeScope scope;
  std::optional<CallerFrames> frames;
  if (by_interceptor) frames.emplace(scope.thread(), pc);
  const auto check = [&](const MemoryAccess& access) {
    Check(scope.thread(), {.pc = pc, .kind = access.kind}, reinterpret_cast<Addr>(access.p),
          access.size);
  };
  if (!owns_first) check(first);
  if (!owns_second) check(second);
}

}  // namespace

bool Initialized() { return initialized.load(std::memory_order_acquire); }

void Initialize(int, char** argv, char** envp) {
  if (initializing.exchange(true)) return;
  CheckAddressSpace(argv, envp);
  FindVectorRegisters();
  new (detector_storage) Detector;
  TheDetector().Init(kHost);
  limbo = static_cast<Frame*>(ReserveAddressSpace(kLimboBytes));
  have_membarrier = Membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
  for (RealEntry* entry = __start_hbsan_real; entry != __stop_hbsan_real; ++entry) {
    entry->function.store(FindReal(entry->name, entry->version), std::memory_order_relaxed);
  }
  InitializeHeap();
  InitializeDescriptors();
  InitializeMappingKeys();
  InitializeLoadedModules();
  InitializeReports();
  ThreadInfo* main = CreateThread(nullptr, {}, false);
  main->main = true;
  BeginThread(*main);
  initialized.store(true, std::memory_order_release);
  InitializeInterceptors();
}

ThreadState& CurrentThread() {
  if (__hbsan_hot.state == nullptr) AttachThread();
  return *__hbsan_hot.state;
}

void RuntimeScope::WaitOutside() {
  HotState& hot = __hbsan_hot;
  while (world_stopped.load(std::memory_order_acquire)) {
    hot.depth = 0;
    while (world_stopped.load(std::memory_order_acquire)) sys::Yield();
    hot.depth = 1;
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
}

void WaitUntilOthersOutside() {
  Membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
  WaitForEachThreadOutside();
}

// Whoever has the world waits for us to be outside, so we wait for it outside.
void StopOthers() {
  HotState& hot = __hbsan_hot;
  while (world_taken.exchange(true, std::memory_order_acquire)) {
    world_wanted.store(true, std::memory_order_relaxed);
    const std::uint32_t depth = hot.depth;
    hot.depth = 0;
    sys::Yield();
    hot.depth = depth;
  }
  world_stopped.store(true);
  WaitUntilOthersOutside();
}

void ResumeOthers() {
  world_stopped.store(false, std::memory_order_release);
  world_taken.store(false, std::memory_order_release);
}

void ThreadsStartUnordered() { threads_start_ordered.store(false, std::memory_order_relaxed); }

// The mark phase needs to know that every thread has seen it; without membarrier(2) records are not
// reclaimed.
void Reclaim() {
  if (!have_membarrier || world_wanted.exchange(false, std::memory_order_relaxed)) return;
  if (world_taken.exchange(true, std::memory_order_acquire)) return;
  if (threads_start_ordered.load(std::memory_order_relaxed)) {
    world_stopped.store(true);
    WaitUntilOthersOutside();
    TheDetector().NoteCommonKnowledge();
    world_stopped.store(false, std::memory_order_release);
  }
  TheDetector().Reclaim(nullptr, /*old_too=*/TheDetector().OldAreDue());
  world_taken.store(false, std::memory_order_release);
}

// More records are due for it only after a thread took chunks for them.
void ReclaimIfDue() {
  ThreadState* t = __hbsan_hot.state;
  if (t == nullptr || !t->took_chunks) [[likely]]
    return;
  const bool due = TheDetector().ReclaimIsDue();
  if (due && __hbsan_hot.depth != 1) return;
  t->took_chunks = false;
  if (due) Reclaim();
}

void CheckHook(std::uintptr_t pc, AccessKind kind, const volatile void* p, std::size_t size,
               AccessFlavor flavor) {
  if (size == 0 || InRuntime()) return;
  RuntimeScope scope;
  Check(scope.thread(), {.pc = pc, .kind = kind, .flavor = flavor}, reinterpret_cast<Addr>(p),
        size);
}

void CheckElements(std::uintptr_t pc, AccessKind kind, const volatile void* p, std::size_t size,
                   std::size_t element, std::size_t stride) {
  if (size == 0 || InRuntime()) return;
  RuntimeScope scope;
  const Site site{pc, kind, AccessFlavor::kPlain, {element, stride}};
  Check(scope.thread(), site, reinterpret_cast<Addr>(p), size);
}

void CheckMemory(std::uintptr_t pc, AccessKind kind, const volatile void* p, std::size_t size,
                 AccessFlavor flavor) {
  if (size == 0 || InRuntime()) return;
  if (flavor == AccessFlavor::kPlain && IsOwn({kind, p, size})) return;
  RuntimeScope scope;
  if (flavor == AccessFlavor::kAtomic &&
      TheDetector().IsOwnAtomic(scope.thread(), kind, reinterpret_cast<Addr>(p), size)) {
    return;
  }
  const CallerFrames frames(scope.thread(), pc);
  Check(scope.thread(), {.pc = pc, .kind = kind, .flavor = flavor}, reinterpret_cast<Addr>(p),
        size);
}

void CheckMemory(std::uintptr_t pc, const MemoryAccess& first, const MemoryAccess& second) {
  CheckBoth(pc, first, second, /*by_interceptor=*/true);
}

void CheckHook(std::uintptr_t pc, const MemoryAccess& first, const MemoryAccess& second) {
  CheckBoth(pc, first, second, /*by_interceptor=*/false);
}

StackId CallerStack(ThreadState& t, std::uintptr_t pc) {
  const CallerFrames frames(t, pc);
  return TheDetector().CurrentStack(t, pc);
}

void AcquireAt(Addr object) {
  if (InRuntime()) return;
  RuntimeScope scope;
  if (IgnoresSync(scope.thread())) return;
  if (SyncObject* s = TheDetector().FindSync(object)) TheDetector().Acquire(scope.thread(), *s);
}

void ReleaseAt(Addr object, std::uintptr_t pc) {
  if (InRuntime()) return;
  RuntimeScope scope;
  ThreadState& t = scope.thread();
  if (IgnoresSync(t)) return;
  TheDetector().Release(t, TheDetector().SyncAt(t, object), pc);
}

void ReleaseStoreAt(Addr object, std::uintptr_t pc) {
  if (InRuntime()) return;
  RuntimeScope scope;
  ThreadState& t = scope.thread();
  if (IgnoresSync(t)) return;
  TheDetector().ReleaseStore(t, TheDetector().SyncAt(t, object), pc);
}

void ForgetAt(Addr object) {
  if (InRuntime()) return;
  RuntimeScope scope;
  TheDetector().DestroySync(scope.thread(), object);
}

void NoteLocked(Addr mutex, std::uintptr_t pc, bool shared) {
  if (InRuntime()) return;
  RuntimeScope scope;
  ThreadState& t = scope.thread();
  TheDetector().MutexLocked(t, mutex, CallerStack(t, pc), shared);
}

void NoteUnlocked(Addr mutex) {
  if (InRuntime()) return;
  RuntimeScope scope;
  TheDetector().MutexUnlocked(scope.thread(), mutex);
}

Addr AbstractAddress(SyncSpace space, std::uint32_t n) {
  // Keys where neither programs, their heaps nor libraries lie (see address_space.h).
  constexpr Addr kBase = Addr{2} << 40;
  return kBase + (static_cast<Addr>(space) << 36) + Addr{n} * kCellBytes;
}

}  // namespace hbsan

HBSAN_ABI hbsan::Frame* __hbsan_attach() {
  hbsan::HotState& hot = __hbsan_hot;
  if (!hbsan::Initialized() || hot.depth != 0) {
    // Inline checks look there, and miss.
    const hbsan::Shadow& shadow = hbsan::TheDetector().shadow();
    hot.write_plane = shadow.write_plane();
    hot.read_plane = shadow.read_plane(0);
    return hbsan::limbo;
  }
  hbsan::CurrentThread();
  return hot.stack_top;
}

namespace {
using Preinit = void (*)(int argc, char** argv, char** envp);
__attribute__((section(".preinit_array"), used, retain)) const Preinit preinit = hbsan::Initialize;
}  // namespace
