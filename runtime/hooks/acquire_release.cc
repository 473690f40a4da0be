// Edges and ignored regions that the program states itself through __tsan_*.
#include "runtime/hooks/ignore.h"
#include "runtime/runtime.h"

using hbsan::AccessKind;
using hbsan::Addr;
using hbsan::InRole;
using hbsan::RuntimeScope;
using hbsan::SyncRole;

// L of an annotated address accumulates: who acquires is ordered after every release so far.
HBSAN_ABI void __tsan_release(void* p) {
  hbsan::ReleaseAt(InRole(reinterpret_cast<Addr>(p), SyncRole::kAnnotation), HBSAN_CALLER_PC());
}

HBSAN_ABI void __tsan_acquire(void* p) {
  hbsan::AcquireAt(InRole(reinterpret_cast<Addr>(p), SyncRole::kAnnotation));
}

HBSAN_ABI void __tsan_ignore_thread_begin() {
  if (hbsan::InRuntime()) return;
  RuntimeScope scope;
  hbsan::BeginIgnoringAccesses(scope.thread(), AccessKind::kRead);
  hbsan::BeginIgnoringAccesses(scope.thread(), AccessKind::kWrite);
}

HBSAN_ABI void __tsan_ignore_thread_end() {
  if (hbsan::InRuntime()) return;
  RuntimeScope scope;
  hbsan::EndIgnoringAccesses(scope.thread(), AccessKind::kRead);
  hbsan::EndIgnoringAccesses(scope.thread(), AccessKind::kWrite);
}
