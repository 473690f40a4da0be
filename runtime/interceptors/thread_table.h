// The POSIX threads that the program can still name by a pthread_t: running, or ended and neither
// joined nor detached. What pthread_join and pthread_detach need to know of each.
//
// A pthread_t is the address of glibc's descriptor, reused by a later thread once this one is
// joined, or detached and gone. One that is not in the table is never passed on to glibc, which
// would follow it, unless it is seen to be a descriptor (a thread that glibc started for itself).
#ifndef HBSAN_RUNTIME_INTERCEPTORS_THREAD_TABLE_H_
#define HBSAN_RUNTIME_INTERCEPTORS_THREAD_TABLE_H_

#include <pthread.h>

#include <cstdint>

#include "runtime/runtime.h"

namespace hbsan {

// An entry goes when the thread has ended, and was joined or detached.
struct ThreadEntry {
  void* (*function)(void*);
  void* argument;
  ThreadInfo* thread;         // until it has ended
  std::uint64_t signal_mask;  // that the thread starts with
  pthread_t handle;
  SyncObject* end;  // what the joiner acquires
  std::uint32_t index;
  std::uint32_t next;  // in the list of its bucket
  bool listed;
  bool ended;
  bool detached;
  bool joining;
};

// All with the runtime entered.
ThreadEntry* NewThreadEntry(ThreadInfo* thread, void* (*function)(void*), void* argument,
                            bool detached);
void ThreadNotCreated(const RuntimeScope& scope, ThreadEntry& entry);
// In the new thread, before its first statement: from now on it can be found. (Its creator cannot
// do this: only pthread_create itself may write the program's pthread_t, before the thread runs.)
void ThreadStarted(ThreadEntry& entry);
// In the ending thread, after its last statement: releases to its joiner. The entry may be gone
// afterwards.
void ThreadEnded(const RuntimeScope& scope, ThreadEntry& entry);

enum class Handle : std::uint8_t {
  kKnown,    // in the table
  kForeign,  // a thread that did not come through pthread_create
  kSelf,     // the calling thread
  kGone,     // joined or detached already, or somebody is joining it
  kGarbage,  // no thread
  kNotYet,   // not found, but some thread has not started: ask again, outside the runtime
};
// Claims a thread for a join: nobody else can until EndJoin.
Handle BeginJoin(pthread_t handle, ThreadEntry*& entry);
// Acquires the thread's end and drops the entry if it was joined.
void EndJoin(const RuntimeScope& scope, ThreadEntry& entry, bool joined);
// The thread becomes detached.
Handle Detach(const RuntimeScope& scope, pthread_t handle);
// Calls visit(thread) if the thread is known and has not ended. kKnown, kNotYet or kGarbage.
Handle VisitThread(pthread_t handle, void (*visit)(ThreadInfo& thread, void* context),
                   void* context);

// Around fork: the table's lock. The child, which holds it, forgets the threads that it does not
// have.
void LockThreadTable();
void UnlockThreadTable();
void ThreadTableAfterFork();

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_THREAD_TABLE_H_
