// __tsan_mutex_*: annotations of mutexes that the program implements itself (Abseil, Folly).
//
// Between a pre_ and its post_ call the thread is inside the mutex's own code: its accesses and its
// synchronisation there are ignored, except where it diverts to something else.
#include "runtime/hooks/annotated_mutex.h"
#include "runtime/hooks/ignore.h"
#include "runtime/report/report.h"
#include "runtime/runtime.h"

using hbsan::Addr;
using hbsan::RuntimeScope;

namespace {

Addr AddressOf(void* mutex) { return reinterpret_cast<Addr>(mutex); }

void Enter() {
  if (hbsan::InRuntime()) return;
  RuntimeScope scope;
  hbsan::BeginIgnoring(scope.thread());
}

void Leave() {
  if (hbsan::InRuntime()) return;
  RuntimeScope scope;
  hbsan::EndIgnoring(scope.thread());
}

}  // namespace

HBSAN_ABI void __tsan_mutex_create(void* mutex, unsigned flags) {
  if (hbsan::InRuntime()) return;
  RuntimeScope scope;
  hbsan::CreateAnnotatedMutex(scope.thread(), AddressOf(mutex), flags, HBSAN_CALLER_PC());
}

HBSAN_ABI void __tsan_mutex_destroy(void* mutex, unsigned flags) {
  if (hbsan::InRuntime()) return;
  RuntimeScope scope;
  hbsan::DestroyAnnotatedMutex(scope.thread(), AddressOf(mutex), flags, HBSAN_CALLER_PC());
}

HBSAN_ABI void __tsan_mutex_pre_lock(void* mutex, unsigned flags) {
  if (hbsan::InRuntime()) return;
  RuntimeScope scope;
  hbsan::AboutToLockAnnotatedMutex(scope.thread(), AddressOf(mutex), flags, HBSAN_CALLER_PC());
  hbsan::BeginIgnoring(scope.thread());
}

HBSAN_ABI void __tsan_mutex_post_lock(void* mutex, unsigned flags, int recursion) {
  if (hbsan::InRuntime()) return;
  RuntimeScope scope;
  hbsan::EndIgnoring(scope.thread());
  if ((flags & hbsan::kMutexTryLockFailed) != 0) return;
  hbsan::AnnotatedMutexLocked(scope.thread(), AddressOf(mutex), flags, recursion,
                              HBSAN_CALLER_PC());
}

HBSAN_ABI int __tsan_mutex_pre_unlock(void* mutex, unsigned flags) {
  if (hbsan::InRuntime()) return 0;
  RuntimeScope scope;
  const int levels =
      hbsan::UnlockAnnotatedMutex(scope.thread(), AddressOf(mutex), flags, HBSAN_CALLER_PC());
  hbsan::BeginIgnoring(scope.thread());
  return levels;
}

HBSAN_ABI void __tsan_mutex_post_unlock(void*, unsigned) { Leave(); }

HBSAN_ABI void __tsan_mutex_pre_signal(void*, unsigned) { Enter(); }
HBSAN_ABI void __tsan_mutex_post_signal(void*, unsigned) { Leave(); }

HBSAN_ABI void __tsan_mutex_pre_divert(void*, unsigned) { Leave(); }
HBSAN_ABI void __tsan_mutex_post_divert(void*, unsigned) { Enter(); }

HBSAN_ABI void __tsan_check_no_mutexes_held() {
  if (hbsan::InRuntime()) return;
  RuntimeScope scope;
  hbsan::ThreadState& t = scope.thread();
  if (t.held_count == 0) return;
  hbsan::ReportMisuse(t, hbsan::Misuse::kMutexHeld, t.held[0].mutex, HBSAN_CALLER_PC());
}
