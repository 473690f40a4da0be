#include "runtime/hooks/annotated_mutex.h"

#include <optional>

#include "runtime/hooks/ignore.h"
#include "runtime/report/report.h"
#include "runtime/runtime.h"

namespace hbsan {
namespace {

// State of the writers' object: host_flags are creation flags and the two below, host_count is the
// writer's recursion, owner the writer.
constexpr std::uint16_t kOwned = 1 << 14;
constexpr std::uint16_t kReported = 1 << 15;  // misuse of one mutex is reported once

SyncObject& ObjectOf(ThreadState& t, Addr mutex, SyncRole role) {
  return TheDetector().SyncAt(t, InRole(mutex, role));
}

void CheckMutexAccess(ThreadState& t, Addr mutex, AccessKind kind, AccessFlavor flavor,
                      std::uintptr_t pc) {
  Race race;
  if (!IgnoresAccess(t, kind) && TheDetector().CheckAccess(t, {pc, kind, flavor}, mutex, 1, race)) {
    ReportRace(t, race);
  }
}

// With the object's lock held.
std::optional<Misuse> Wrong(SyncObject& s, Misuse kind) {
  if ((s.host_flags & kReported) != 0) return std::nullopt;
  s.host_flags |= kReported;
  return kind;
}

void ReportIfAny(ThreadState& t, std::optional<Misuse> misuse, Addr mutex, std::uintptr_t pc) {
  if (misuse) ReportMisuse(t, *misuse, mutex, pc);
}

bool OwnedBy(const SyncObject& s, const ThreadState& t) {
  return (s.host_flags & kOwned) != 0 && s.owner == t.tid;
}

}  // namespace

void CreateAnnotatedMutex(ThreadState& t, Addr mutex, std::uint32_t flags, std::uintptr_t pc) {
  if ((flags & kMutexLinkerInit) == 0) {
    CheckMutexAccess(t, mutex, AccessKind::kWrite, AccessFlavor::kPlain, pc);
  }
  SyncObject& s = ObjectOf(t, mutex, SyncRole::kMutex);
  SpinLockHolder hold(s.lock);
  s.host_flags = static_cast<std::uint16_t>(flags & kMutexCreationFlags);
  s.host_count = 0;
  s.creation = CallerStack(t, pc);
}

void DestroyAnnotatedMutex(ThreadState& t, Addr mutex, std::uint32_t flags, std::uintptr_t pc) {
  Detector& detector = TheDetector();
  SyncObject* s = detector.FindSync(InRole(mutex, SyncRole::kMutex));
  if (s == nullptr) return;
  std::optional<Misuse> misuse;
  {
    SpinLockHolder hold(s->lock);
    const bool never = ((flags | s->host_flags) & kMutexLinkerInit) != 0 ||
                       ((flags & kMutexNotStatic) != 0 && (s->host_flags & kMutexNotStatic) == 0);
    if (never) return;
    if ((s->host_flags & kOwned) != 0) misuse = Wrong(*s, Misuse::kMutexDestroyLocked);
  }
  CheckMutexAccess(t, mutex, AccessKind::kWrite, AccessFlavor::kFree, pc);
  ReportIfAny(t, misuse, mutex, pc);
  if (misuse) detector.MutexUnlocked(t, mutex);
  detector.DestroySync(t, InRole(mutex, SyncRole::kMutex));
  detector.DestroySync(t, InRole(mutex, SyncRole::kMutexReaders));
}

void AboutToLockAnnotatedMutex(ThreadState& t, Addr mutex, std::uint32_t flags, std::uintptr_t pc) {
  SyncObject& s = ObjectOf(t, mutex, SyncRole::kMutex);
  std::optional<Misuse> misuse;
  {
    SpinLockHolder hold(s.lock);
    s.host_flags |= flags & kMutexCreationFlags;
    const bool reentrant = (s.host_flags & kMutexWriteReentrant) != 0;
    if ((flags & kMutexTryLock) == 0 && OwnedBy(s, t) && !reentrant) {
      misuse = Wrong(
          s, (flags & kMutexReadLock) != 0 ? Misuse::kMutexBadReadLock : Misuse::kMutexDoubleLock);
    }
  }
  ReportIfAny(t, misuse, mutex, pc);
}

void AnnotatedMutexLocked(ThreadState& t, Addr mutex, std::uint32_t flags, int recursion,
                          std::uintptr_t pc) {
  Detector& detector = TheDetector();
  const bool shared = (flags & kMutexReadLock) != 0;
  SyncObject& s = ObjectOf(t, mutex, SyncRole::kMutex);
  std::optional<Misuse> misuse;
  bool first = true;
  {
    SpinLockHolder hold(s.lock);
    s.host_flags |= flags & kMutexCreationFlags;
    if (!IgnoresSync(t)) detector.AcquireLocked(t, s);
    if (shared) {
      if ((s.host_flags & kOwned) != 0) misuse = Wrong(s, Misuse::kMutexBadReadLock);
    } else if ((s.host_flags & kOwned) != 0 && !OwnedBy(s, t)) {
      misuse = Wrong(s, Misuse::kMutexDoubleLock);
    } else {
      first = (s.host_flags & kOwned) == 0;
      s.host_flags |= kOwned;
      s.owner = t.tid;
      s.host_count += (flags & kMutexRecursiveLock) != 0 && recursion > 0 ? recursion : 1;
    }
  }
  if (!shared && first && !IgnoresSync(t)) {
    if (SyncObject* readers = detector.FindSync(InRole(mutex, SyncRole::kMutexReaders))) {
      detector.Acquire(t, *readers);
    }
  }
  CheckMutexAccess(t, mutex, AccessKind::kRead, AccessFlavor::kAtomic, pc);
  if (first) detector.MutexLocked(t, mutex, CallerStack(t, pc), shared);
  ReportIfAny(t, misuse, mutex, pc);
}

int UnlockAnnotatedMutex(ThreadState& t, Addr mutex, std::uint32_t flags, std::uintptr_t pc) {
  Detector& detector = TheDetector();
  const bool shared = (flags & kMutexReadLock) != 0;
  CheckMutexAccess(t, mutex, AccessKind::kRead, AccessFlavor::kAtomic, pc);
  SyncObject& s = ObjectOf(t, mutex, SyncRole::kMutex);
  std::optional<Misuse> misuse;
  std::uint32_t levels = 0;
  bool last = shared;
  {
    SpinLockHolder hold(s.lock);
    if (shared) {
      if ((s.host_flags & kOwned) != 0) misuse = Wrong(s, Misuse::kMutexBadReadUnlock);
    } else if (!OwnedBy(s, t)) {
      misuse = Wrong(s, Misuse::kMutexBadUnlock);
    } else {
      levels = (flags & kMutexRecursiveUnlock) != 0 ? s.host_count : 1;
      s.host_count -= levels;
      last = s.host_count == 0;
      if (last) {
        s.host_flags &= static_cast<std::uint16_t>(~kOwned);
        if (!IgnoresSync(t)) detector.ReleaseStoreLocked(t, s, pc);
      }
    }
  }
  if (shared && !IgnoresSync(t)) {
    detector.Release(t, ObjectOf(t, mutex, SyncRole::kMutexReaders), pc);
  }
  if (last) detector.MutexUnlocked(t, mutex);
  ReportIfAny(t, misuse, mutex, pc);
  return static_cast<int>(levels);
}

}  // namespace hbsan
