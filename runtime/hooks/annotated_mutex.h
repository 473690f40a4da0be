// Mutexes that the program makes of something the detector does not know and annotates itself.
//
// Edges: unlock → later lock; unlock → later read lock; read unlock → later lock. Read unlock →
// read lock: none. So a mutex has two clocks, one released to by writers (SyncRole::kMutex, which
// also keeps the mutex's state), one by readers.
//
// Each lock and unlock is an atomic read of the mutex's first byte, its creation a write and its
// destruction a free: a destruction that is not ordered after the last unlock is a race.
#ifndef HBSAN_RUNTIME_HOOKS_ANNOTATED_MUTEX_H_
#define HBSAN_RUNTIME_HOOKS_ANNOTATED_MUTEX_H_

#include <cstdint>

#include "detector/detector.h"

namespace hbsan {

// The flags of sanitizer/tsan_interface.h.
enum MutexFlags : std::uint32_t {
  kMutexLinkerInit = 1 << 0,  // static storage: its destruction is none
  kMutexWriteReentrant = 1 << 1,
  kMutexReadReentrant = 1 << 2,
  kMutexReadLock = 1 << 3,
  kMutexTryLock = 1 << 4,
  kMutexTryLockFailed = 1 << 5,
  kMutexRecursiveLock = 1 << 6,    // locks `recursion` levels at once
  kMutexRecursiveUnlock = 1 << 7,  // unlocks all levels at once
  kMutexNotStatic = 1 << 8,  // in a destruction: none unless the mutex was made with this flag
};
inline constexpr std::uint32_t kMutexCreationFlags =
    kMutexLinkerInit | kMutexWriteReentrant | kMutexReadReentrant | kMutexNotStatic;

// All with the runtime entered.
void CreateAnnotatedMutex(ThreadState& t, Addr mutex, std::uint32_t flags, std::uintptr_t pc);
void DestroyAnnotatedMutex(ThreadState& t, Addr mutex, std::uint32_t flags, std::uintptr_t pc);
// Before the thread waits for the mutex: reports what would never return.
void AboutToLockAnnotatedMutex(ThreadState& t, Addr mutex, std::uint32_t flags, std::uintptr_t pc);
void AnnotatedMutexLocked(ThreadState& t, Addr mutex, std::uint32_t flags, int recursion,
                          std::uintptr_t pc);
// Returns how many levels were unlocked.
int UnlockAnnotatedMutex(ThreadState& t, Addr mutex, std::uint32_t flags, std::uintptr_t pc);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_HOOKS_ANNOTATED_MUTEX_H_
