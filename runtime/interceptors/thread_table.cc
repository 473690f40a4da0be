#include "runtime/interceptors/thread_table.h"

#include "runtime/address_space.h"
#include "runtime/interceptors/thread_handle.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

constexpr std::uint32_t kMaxEntries = 1u << 22;
constexpr std::size_t kBuckets = 1u << 14;
// Handles that were joined or detached last, to tell these misuses from garbage.
constexpr std::size_t kGoneRemembered = 1024;

struct Table {
  SpinLock lock;
  Pool<ThreadEntry> pool;
  bool ready = false;
  std::uint32_t not_started = 0;
  std::uint32_t buckets[kBuckets] = {};
  pthread_t gone[kGoneRemembered] = {};
  std::uint32_t gone_count = 0;
};
constinit Table table;

std::uint32_t& BucketOf(pthread_t handle) {
  return table.buckets[(handle * 0x9e3779b97f4a7c15u) >> 50];
}

ThreadEntry* Find(pthread_t handle) {
  if (!table.ready) return nullptr;
  for (std::uint32_t i = BucketOf(handle); i != 0; i = table.pool[i].next) {
    if (table.pool[i].handle == handle) return &table.pool[i];
  }
  return nullptr;
}

void Unlist(ThreadEntry& entry) {
  if (!entry.listed) return;
  entry.listed = false;
  std::uint32_t* link = &BucketOf(entry.handle);
  while (*link != entry.index) link = &table.pool[*link].next;
  *link = entry.next;
}

void List(ThreadEntry& entry, pthread_t handle) {
  // One that has this handle is gone: its joiner is about to say so.
  if (ThreadEntry* stale = Find(handle)) Unlist(*stale);
  entry.handle = handle;
  entry.listed = true;
  std::uint32_t& head = BucketOf(handle);
  entry.next = head;
  head = entry.index;
}

void RememberGone(pthread_t handle) { table.gone[table.gone_count++ % kGoneRemembered] = handle; }

bool WasGone(pthread_t handle) {
  if (handle == 0) return false;
  for (const pthread_t gone : table.gone) {
    if (gone == handle) return true;
  }
  return false;
}

void Drop(const RuntimeScope& scope, ThreadEntry& entry) {
  Unlist(entry);
  RememberGone(entry.handle);
  if (entry.end != nullptr) TheDetector().DeleteSync(scope.thread(), *entry.end);
  table.pool.Free(entry.index);
}

void DropIfOver(const RuntimeScope& scope, ThreadEntry& entry) {
  if (entry.ended && entry.detached) Drop(scope, entry);
}

// Joined by now, perhaps, and the handle a new thread's that has not said so yet.
bool MayBeStale(const ThreadEntry& entry) {
  return entry.ended && entry.joining && table.not_started != 0;
}

Handle Unknown(pthread_t handle) {
  if (handle == pthread_self()) return Handle::kSelf;
  if (table.not_started != 0) return Handle::kNotYet;
  if (IsLiveDescriptor(handle)) return Handle::kForeign;
  return WasGone(handle) ? Handle::kGone : Handle::kGarbage;
}

}  // namespace

ThreadEntry* NewThreadEntry(ThreadInfo* thread, void* (*function)(void*), void* argument,
                            bool detached) {
  static constexpr Host kHost = {.reserve = ReserveAddressSpace,
                                 .discard = sys::Discard,
                                 .wait_quiescent = nullptr,
                                 .forget_thread = nullptr,
                                 .fatal = [](const char* what) { sys::Fatal(what); }};
  SpinLockHolder hold(table.lock);
  if (!table.ready) {
    table.pool.Init(kHost, kMaxEntries, "too many threads that were not joined");
    table.ready = true;
  }
  const std::uint32_t index = table.pool.Allocate();
  ThreadEntry& entry = table.pool[index];
  entry = {};
  entry.function = function;
  entry.argument = argument;
  entry.thread = thread;
  entry.index = index;
  entry.detached = detached;
  if (!detached) entry.end = &TheDetector().NewSync();
  ++table.not_started;
  return &entry;
}

void ThreadNotCreated(const RuntimeScope& scope, ThreadEntry& entry) {
  SpinLockHolder hold(table.lock);
  if (entry.end != nullptr) TheDetector().DeleteSync(scope.thread(), *entry.end);
  table.pool.Free(entry.index);
  --table.not_started;
}

void ThreadStarted(ThreadEntry& entry) {
  SpinLockHolder hold(table.lock);
  --table.not_started;
  List(entry, pthread_self());
}

void ThreadEnded(const RuntimeScope& scope, ThreadEntry& entry) {
  SpinLockHolder hold(table.lock);
  if (!entry.detached) TheDetector().ReleaseStore(scope.thread(), *entry.end, 0);
  entry.ended = true;
  entry.thread = nullptr;
  DropIfOver(scope, entry);
}

Handle BeginJoin(pthread_t handle, ThreadEntry*& entry) {
  SpinLockHolder hold(table.lock);
  entry = Find(handle);
  if (entry == nullptr) return Unknown(handle);
  if (handle == pthread_self()) return Handle::kSelf;
  if (MayBeStale(*entry)) return Handle::kNotYet;
  if (entry->detached || entry->joining) return Handle::kGone;
  entry->joining = true;
  return Handle::kKnown;
}

void EndJoin(const RuntimeScope& scope, ThreadEntry& entry, bool joined) {
  SpinLockHolder hold(table.lock);
  entry.joining = false;
  if (!joined) return;
  if (scope.thread().ignore_sync == 0) TheDetector().Acquire(scope.thread(), *entry.end);
  Drop(scope, entry);
}

Handle Detach(const RuntimeScope& scope, pthread_t handle) {
  SpinLockHolder hold(table.lock);
  ThreadEntry* entry = Find(handle);
  if (entry == nullptr) {
    const Handle unknown = Unknown(handle);
    return unknown == Handle::kSelf ? Handle::kForeign : unknown;
  }
  if (MayBeStale(*entry)) return Handle::kNotYet;
  if (entry->detached || entry->joining) return Handle::kGone;
  entry->detached = true;
  DropIfOver(scope, *entry);
  return Handle::kKnown;
}

Handle VisitThread(pthread_t handle, void (*visit)(ThreadInfo& thread, void* context),
                   void* context) {
  SpinLockHolder hold(table.lock);
  const ThreadEntry* entry = Find(handle);
  if (entry == nullptr) return table.not_started != 0 ? Handle::kNotYet : Handle::kGarbage;
  if (MayBeStale(*entry)) return Handle::kNotYet;
  if (entry->thread != nullptr) visit(*entry->thread, context);
  return Handle::kKnown;
}

void LockThreadTable() { table.lock.lock(); }

void UnlockThreadTable() { table.lock.unlock(); }

void ThreadTableAfterFork() {
  RuntimeScope scope;
  table.not_started = 0;
  for (std::uint32_t& bucket : table.buckets) {
    for (std::uint32_t i = bucket; i != 0;) {
      ThreadEntry& entry = table.pool[i];
      i = entry.next;
      if (entry.handle != pthread_self()) Drop(scope, entry);
    }
  }
}

}  // namespace hbsan
