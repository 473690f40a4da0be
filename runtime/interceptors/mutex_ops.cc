#include "runtime/interceptors/mutex_ops.h"

#include <linux/futex.h>
#include <sys/syscall.h>

#include <algorithm>
#include <atomic>
#include <cstddef>

#include "runtime/interceptors/sync_ops.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

// glibc's __kind (nptl/pthreadP.h): two bits of PTHREAD_MUTEX_*, and flags.
constexpr int kTypeMask = 3;
constexpr int kRobust = 16;
constexpr int kPrioInherit = 32;
constexpr int kPrioProtect = 64;
constexpr int kElided = 256;
constexpr int kDestroyed = -1;
// With kPrioProtect, __lock holds the ceiling above these bits.
constexpr int kPrioProtectLock = 0x7ffff;

std::atomic<bool> robust_seen{false};

int KindOf(const pthread_mutex_t* m) {
  return __atomic_load_n(&m->__data.__kind, __ATOMIC_RELAXED);
}
int LockWord(const pthread_mutex_t* m) {
  return __atomic_load_n(&m->__data.__lock, __ATOMIC_RELAXED);
}

bool IsLocked(const pthread_mutex_t* m) {
  const int mask = (KindOf(m) & kPrioProtect) != 0 ? kPrioProtectLock : FUTEX_TID_MASK;
  return (LockWord(m) & mask) != 0;
}

bool OwnedByCaller(const pthread_mutex_t* m) {
  const int kind = KindOf(m);
  if ((kind & (kRobust | kPrioInherit)) != 0) return IsOwnerId(LockWord(m) & FUTEX_TID_MASK);
  return IsLocked(m) && IsOwnerId(__atomic_load_n(&m->__data.__owner, __ATOMIC_RELAXED));
}

bool IsRecursive(const pthread_mutex_t* m) {
  return (KindOf(m) & kTypeMask) == PTHREAD_MUTEX_RECURSIVE_NP;
}

// Detection makes critical sections longer, so that threads meet at locks that are rarely contended
// without it. Most are left again sooner than a thread falls asleep. Looks ever more seldom, as
// SpinLock does; and for a shorter time after waits that were in vain, say for a holder that does
// not run.
void AwaitUnlock(const pthread_mutex_t* m) {
  constexpr int kMostPauses = 512;
  constexpr int kMostAtOnce = 64;
  static thread_local int patience = kMostPauses;
  int pauses = 4;
  int all = 0;
  while (LockWord(m) != 0) {
    if (all >= patience) {
      patience = std::max(patience / 2, kMostAtOnce);
      return;
    }
    if (pauses < kMostAtOnce) pauses *= 2;
    for (int i = 0; i < pauses; ++i) __builtin_ia32_pause();
    all += pauses;
  }
  if (all != 0) patience = std::min(patience + kMostAtOnce, kMostPauses);
}

// The thread has the mutex, and nobody had it since it unlocked it.
bool GoesOn(Addr mutex) {
  RuntimeScope scope;
  const ThreadState& t = scope.thread();
  const SyncObject* const s = TheDetector().FindSync(mutex);
  return s != nullptr && t.NobodyLockedSince(mutex, /*shared=*/false, s->released);
}

void Report(Misuse kind, const pthread_mutex_t* m, std::uintptr_t pc) {
  RuntimeScope scope;
  Misused(scope, kind, AddressOf(m), pc);
}

}  // namespace

bool HoldsMutex(const pthread_mutex_t* m) { return KindOf(m) != kDestroyed && OwnedByCaller(m); }

void MutexCreated(const pthread_mutex_t* m, std::uintptr_t pc) {
  CheckMemory(pc, AccessKind::kWrite, m, sizeof(*m));
  ForgetAt(AddressOf(m));
}

void BeforeMutexDestroy(const pthread_mutex_t* m, std::uintptr_t pc) {
  if (KindOf(m) == kDestroyed) {
    Report(Misuse::kMutexInvalidAccess, m, pc);
  } else if (IsLocked(m)) {
    Report(Misuse::kMutexDestroyLocked, m, pc);
    return;
  }
  CheckMemory(pc, AccessKind::kWrite, m, sizeof(*m));
  ForgetAt(AddressOf(m));
}

MutexUse BeforeMutexLock(const pthread_mutex_t* m, LockAttempt attempt, std::uintptr_t pc) {
  const int kind = KindOf(m);
  if (kind == kDestroyed) {
    Report(Misuse::kMutexInvalidAccess, m, pc);
    return MutexUse::kChecked;
  }
  if ((kind & kRobust) != 0) robust_seen.store(true, std::memory_order_relaxed);
  if (attempt == LockAttempt::kWaits && !IsRecursive(m) && OwnedByCaller(m)) {
    Report(Misuse::kMutexDoubleLock, m, pc);
  }
  // In the epoch that the thread may go on with once it has the mutex, its use is recorded already.
  const ThreadState* const t = __hbsan_hot.state;
  const bool may_go_on = t != nullptr && t->last_release.mutex == AddressOf(m);
  if (!may_go_on) CheckUse(pc, m);
  if (attempt == LockAttempt::kWaits && kind == PTHREAD_MUTEX_TIMED_NP) AwaitUnlock(m);
  return may_go_on ? MutexUse::kToCheck : MutexUse::kChecked;
}

void AfterMutexLocked(const pthread_mutex_t* m, MutexUse use, std::uintptr_t pc) {
  bool to_check = use == MutexUse::kToCheck;
  if (to_check && !GoesOn(AddressOf(m))) {
    CheckUse(pc, m);  // before it learns what may order the creation before it
    to_check = false;
  }
  if (!IsRecursive(m) || m->__data.__count <= 1) {
    RuntimeScope scope;
    Acquire(scope, AddressOf(m));
    Locked(scope, AddressOf(m), pc, /*shared=*/false);
  }
  if (to_check) CheckUse(pc, m);
}

void AfterMutexNotLocked(const pthread_mutex_t* m, MutexUse use, std::uintptr_t pc) {
  if (use == MutexUse::kToCheck) CheckUse(pc, m);
}

void BeforeMutexUnlock(const pthread_mutex_t* m, std::uintptr_t pc) {
  const int kind = KindOf(m);
  if (kind == kDestroyed) {
    Report(Misuse::kMutexInvalidAccess, m, pc);
    return;
  }
  if ((kind & kElided) == 0 && !OwnedByCaller(m)) {
    Report(Misuse::kMutexBadUnlock, m, pc);
    return;
  }
  if (IsRecursive(m) && m->__data.__count > 1) return;
  RuntimeScope scope;
  // The owner learned L when it locked, so its clock replaces L.
  ReleaseStore(scope, AddressOf(m), pc);
  Unlocked(scope, AddressOf(m));
}

void ReleaseRobustMutexes() {
  if (!robust_seen.load(std::memory_order_relaxed)) return;
  robust_list_head* head = nullptr;
  std::size_t length = 0;
  if (sys::Call(SYS_get_robust_list, 0, reinterpret_cast<long>(&head),
                reinterpret_cast<long>(&length)) < 0 ||
      head == nullptr) {
    return;
  }
  constexpr std::uintptr_t kPrioInheritEntry = 1;
  constexpr int kSanityLimit = 1 << 20;
  const robust_list* entry = head->list.next;
  for (int i = 0; i < kSanityLimit; ++i) {
    const Addr link = AddressOf(entry) & ~kPrioInheritEntry;
    if (link == AddressOf(&head->list)) return;
    // glibc's list goes through the entries' __next, behind which __prev lies.
    ReleaseStoreAt(link - offsetof(pthread_mutex_t, __data.__list.__next), 0);
    entry = reinterpret_cast<const robust_list*>(link)->next;
  }
}

}  // namespace hbsan
