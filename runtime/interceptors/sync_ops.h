// What interceptors of synchronisation functions do with the runtime entered: several steps in one
// RuntimeScope.
#ifndef HBSAN_RUNTIME_INTERCEPTORS_SYNC_OPS_H_
#define HBSAN_RUNTIME_INTERCEPTORS_SYNC_OPS_H_

#include <cstdint>

#include "runtime/report/report.h"
#include "runtime/runtime.h"

namespace hbsan {

inline Addr AddressOf(const volatile void* p) { return reinterpret_cast<Addr>(p); }

inline void Acquire(const RuntimeScope& scope, Addr object) {
  ThreadState& t = scope.thread();
  if (t.ignore_sync != 0) return;
  if (SyncObject* s = TheDetector().FindSync(object)) {
    TheDetector().Acquire(t, *s);
  } else {
    t.acquired = {};
  }
}
inline void Release(const RuntimeScope& scope, Addr object, std::uintptr_t pc) {
  ThreadState& t = scope.thread();
  if (t.ignore_sync != 0) return;
  TheDetector().Release(t, TheDetector().SyncAt(t, object), pc);
}
inline void ReleaseStore(const RuntimeScope& scope, Addr object, std::uintptr_t pc) {
  ThreadState& t = scope.thread();
  if (t.ignore_sync != 0) return;
  TheDetector().ReleaseStore(t, TheDetector().SyncAt(t, object), pc);
}
inline void Forget(const RuntimeScope& scope, Addr object) {
  TheDetector().DestroySync(scope.thread(), object);
}
// Right after Acquire of the mutex, which only the calling thread may unlock.
inline void Locked(const RuntimeScope& scope, Addr mutex, std::uintptr_t pc, bool shared) {
  ThreadState& t = scope.thread();
  TheDetector().MutexLocked(t, mutex, TheDetector().CurrentStack(t, pc), shared);
  Detector::OwnsMutex(t, mutex, shared);
}
inline void Unlocked(const RuntimeScope& scope, Addr mutex) {
  TheDetector().MutexUnlocked(scope.thread(), mutex);
}
inline void Misused(const RuntimeScope& scope, Misuse kind, Addr object, std::uintptr_t pc) {
  ReportMisuse(scope.thread(), kind, object, pc);
}

// An operation on a synchronisation object races with its creation and its destruction, and with
// nothing else: it counts as an atomic read of the object's first byte, they as writes of all of
// it.
inline void CheckUse(std::uintptr_t pc, const volatile void* object) {
  CheckMemory(pc, AccessKind::kRead, object, 1, AccessFlavor::kAtomic);
}

// The id under which glibc notes the calling thread as the owner of mutexes and rwlocks.
int OwnerId();
// True if `owner` is the calling thread, or was before it forked: glibc leaves the old id in what
// is held across fork.
bool IsOwnerId(int owner);
// In the child of fork.
void OwnerIdAfterFork();

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_SYNC_OPS_H_
