// Annotate*: the dynamic annotations of Valgrind's and Google's tools, as libraries call them by
// name. Each takes the file and line of its use, which the call's own pc tells us as well.
#include <string_view>

#include "runtime/hooks/annotated_mutex.h"
#include "runtime/hooks/benign_races.h"
#include "runtime/hooks/ignore.h"
#include "runtime/report/report.h"
#include "runtime/runtime.h"

using hbsan::AccessKind;
using hbsan::Addr;
using hbsan::RuntimeScope;

namespace {

Addr AddressOf(const volatile void* p) { return reinterpret_cast<Addr>(p); }
Addr EdgeAt(const volatile void* p) {
  return hbsan::InRole(AddressOf(p), hbsan::SyncRole::kAnnotation);
}

void DeclareBenign(const volatile void* p, std::size_t size) {
  if (hbsan::InRuntime()) return;
  RuntimeScope scope;
  hbsan::DeclareBenign(AddressOf(p), size);
}

template <typename F>
void OnThread(F f) {
  if (hbsan::InRuntime()) return;
  RuntimeScope scope;
  f(scope.thread());
}

}  // namespace

#define ANNOTATION(name, ...) HBSAN_ABI void Annotate##name(const char*, int, ##__VA_ARGS__)
#define ANNOTATION_WITHOUT_EFFECT(name, ...) \
  ANNOTATION(name, ##__VA_ARGS__) {}

// --- Edges

ANNOTATION(HappensBefore, const volatile void* p) {
  hbsan::ReleaseAt(EdgeAt(p), HBSAN_CALLER_PC());
}
ANNOTATION(HappensAfter, const volatile void* p) { hbsan::AcquireAt(EdgeAt(p)); }
HBSAN_ABI void WTFAnnotateHappensBefore(const char*, int, const volatile void* p) {
  hbsan::ReleaseAt(EdgeAt(p), HBSAN_CALLER_PC());
}
HBSAN_ABI void WTFAnnotateHappensAfter(const char*, int, const volatile void* p) {
  hbsan::AcquireAt(EdgeAt(p));
}
ANNOTATION(CondVarSignal, const volatile void* p) {
  hbsan::ReleaseAt(EdgeAt(p), HBSAN_CALLER_PC());
}
ANNOTATION(CondVarSignalAll, const volatile void* p) {
  hbsan::ReleaseAt(EdgeAt(p), HBSAN_CALLER_PC());
}
ANNOTATION(CondVarWait, const volatile void* p, const volatile void*) {
  hbsan::AcquireAt(EdgeAt(p));
}
// A queue: a put is ordered before the gets that follow it.
ANNOTATION(PCQPut, const volatile void* p) { hbsan::ReleaseAt(EdgeAt(p), HBSAN_CALLER_PC()); }
ANNOTATION(PCQGet, const volatile void* p) { hbsan::AcquireAt(EdgeAt(p)); }
ANNOTATION(PCQDestroy, const volatile void* p) { hbsan::ForgetAt(EdgeAt(p)); }

// --- Mutexes

ANNOTATION(RWLockCreate, const volatile void* p) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  OnThread([=](hbsan::ThreadState& t) {
    hbsan::CreateAnnotatedMutex(t, AddressOf(p), hbsan::kMutexWriteReentrant, pc);
  });
}
ANNOTATION(RWLockCreateStatic, const volatile void* p) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  OnThread([=](hbsan::ThreadState& t) {
    hbsan::CreateAnnotatedMutex(t, AddressOf(p),
                                hbsan::kMutexWriteReentrant | hbsan::kMutexLinkerInit, pc);
  });
}
ANNOTATION(RWLockDestroy, const volatile void* p) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  OnThread([=](hbsan::ThreadState& t) { hbsan::DestroyAnnotatedMutex(t, AddressOf(p), 0, pc); });
}
ANNOTATION(RWLockAcquired, const volatile void* p, long writer) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  OnThread([=](hbsan::ThreadState& t) {
    hbsan::AnnotatedMutexLocked(t, AddressOf(p), writer != 0 ? 0 : hbsan::kMutexReadLock, 1, pc);
  });
}
ANNOTATION(RWLockReleased, const volatile void* p, long writer) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  OnThread([=](hbsan::ThreadState& t) {
    hbsan::UnlockAnnotatedMutex(t, AddressOf(p), writer != 0 ? 0 : hbsan::kMutexReadLock, pc);
  });
}

// --- Memory

// A custom allocator hands it out: it has no history.
ANNOTATION(NewMemory, const volatile void* p, std::size_t size) {
  OnThread([=](hbsan::ThreadState& t) { hbsan::TheDetector().ResetMemory(t, AddressOf(p), size); });
}
ANNOTATION(BenignRace, const volatile void* p, const char*) { DeclareBenign(p, 1); }
ANNOTATION(BenignRaceSized, const volatile void* p, std::size_t size, const char*) {
  DeclareBenign(p, size);
}
HBSAN_ABI void WTFAnnotateBenignRaceSized(const char*, int, const volatile void* p,
                                          std::size_t size, const char*) {
  DeclareBenign(p, size);
}

// --- Ignored regions

ANNOTATION(IgnoreReadsBegin) {
  OnThread([](hbsan::ThreadState& t) { hbsan::BeginIgnoringAccesses(t, AccessKind::kRead); });
}
ANNOTATION(IgnoreReadsEnd) {
  OnThread([](hbsan::ThreadState& t) { hbsan::EndIgnoringAccesses(t, AccessKind::kRead); });
}
ANNOTATION(IgnoreWritesBegin) {
  OnThread([](hbsan::ThreadState& t) { hbsan::BeginIgnoringAccesses(t, AccessKind::kWrite); });
}
ANNOTATION(IgnoreWritesEnd) {
  OnThread([](hbsan::ThreadState& t) { hbsan::EndIgnoringAccesses(t, AccessKind::kWrite); });
}
ANNOTATION(IgnoreSyncBegin) { OnThread(hbsan::BeginIgnoringSync); }
ANNOTATION(IgnoreSyncEnd) { OnThread(hbsan::EndIgnoringSync); }

// --- Everything else

ANNOTATION(ThreadName, const char* name) {
  OnThread([name](hbsan::ThreadState& t) { hbsan::SetThreadName(hbsan::InfoOf(t), name); });
}

// For other kinds of tools (lock sets, memory initialisation, the tools' own tests): nothing that
// orders or checks anything here.
ANNOTATION_WITHOUT_EFFECT(PCQCreate, const volatile void*)
ANNOTATION_WITHOUT_EFFECT(MutexIsUsedAsCondVar, const volatile void*)
ANNOTATION_WITHOUT_EFFECT(MutexIsNotPHB, const volatile void*)
ANNOTATION_WITHOUT_EFFECT(PublishMemoryRange, const volatile void*, std::size_t)
ANNOTATION_WITHOUT_EFFECT(UnpublishMemoryRange, const volatile void*, std::size_t)
ANNOTATION_WITHOUT_EFFECT(MemoryIsInitialized, const volatile void*, std::size_t)
ANNOTATION_WITHOUT_EFFECT(MemoryIsUninitialized, const volatile void*, std::size_t)
ANNOTATION_WITHOUT_EFFECT(TraceMemory, const volatile void*)
ANNOTATION_WITHOUT_EFFECT(ExpectRace, const volatile void*, const char*)
ANNOTATION_WITHOUT_EFFECT(FlushExpectedRaces)
ANNOTATION_WITHOUT_EFFECT(FlushState)
ANNOTATION_WITHOUT_EFFECT(EnableRaceDetection, int)
ANNOTATION_WITHOUT_EFFECT(NoOp, const volatile void*)

HBSAN_ABI int RunningOnValgrind() { return 0; }
// How much slower programs should expect to run, for their timeouts.
HBSAN_ABI double ValgrindSlowdown() { return 10.0; }

HBSAN_ABI const char* ThreadSanitizerQuery(const char* query) {
  return std::string_view(query) == "pure_happens_before" ? "1" : "0";
}
