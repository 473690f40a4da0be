#include "runtime/interceptors/threads.h"

#include <limits.h>

#include <algorithm>
#include <cerrno>

#include "runtime/hooks/ignore.h"
#include "runtime/interceptors/mutex_ops.h"
#include "runtime/interceptors/signal_mask.h"
#include "runtime/interceptors/sync_ops.h"
#include "runtime/interceptors/thread_handle.h"
#include "runtime/real.h"
#include "runtime/thread_info.h"

INTERCEPTOR(int, pthread_create, pthread_t* handle, const pthread_attr_t* attributes,
            void* (*function)(void*), void* argument) {
  if (hbsan::InRuntime()) return REAL(pthread_create)(handle, attributes, function, argument);
  return hbsan::CreatePthread(handle, attributes, function, argument, HBSAN_CALLER_PC());
}

namespace hbsan {
namespace {

// Stacks that the program wants smaller get this much: hooks and reports run on them too.
constexpr std::size_t kLeastStackBytes = std::size_t{64} << 10;
// No program's calls nest deeper than fits a shadow call stack for this.
constexpr std::size_t kMostStackBytes = std::size_t{1} << 30;

constinit thread_local ThreadEntry* own_entry = nullptr;
constinit thread_local bool recycling = false;
constinit SpinLock life_cycles;
pthread_key_t end_key;

void EndOwnThread() {
  BlockAllSignals();  // nobody is left to run their handlers
  ReleaseRobustMutexes();
  if (own_entry != nullptr) {
    RuntimeScope scope;
    ThreadEnded(scope, *own_entry);
    own_entry = nullptr;
  }
  LockLifeCycles();
  EndThread(nullptr);
  UnlockLifeCycles();
}

// The destructor of end_key. glibc calls destructors in rounds, as long as some set their keys
// again, up to a limit: the last round is the thread's end.
void CountDown(void* rounds_left) {
  const auto rounds = reinterpret_cast<std::uintptr_t>(rounds_left);
  if (rounds > 1) {
    pthread_setspecific(end_key, reinterpret_cast<void*>(rounds - 1));
  } else {
    EndOwnThread();
  }
}

// What the new thread runs, with all signals blocked: they find it attached.
void* StartThread(void* argument) {
  ThreadEntry& entry = *static_cast<ThreadEntry*>(argument);
  void* (*const function)(void*) = entry.function;
  void* const function_argument = entry.argument;
  const std::uint64_t signal_mask = entry.signal_mask;
  ++__hbsan_hot.depth;
  MeasureThread(*entry.thread);
  LockLifeCycles();
  BeginThread(*entry.thread);
  UnlockLifeCycles();
  own_entry = &entry;
  ThreadStarted(entry);
  ArmThreadEnd();
  --__hbsan_hot.depth;
  SetSignalMask(signal_mask);
  return function(function_argument);
}

struct Attributes {
  bool detached = false;
  std::size_t stack_bytes = 0;
  const pthread_attr_t* use = nullptr;
  pthread_attr_t enlarged;
};

std::size_t UsualStackBytes() {
  pthread_attr_t attributes;
  std::size_t size = kUsualStackBytes;
  if (pthread_attr_init(&attributes) == 0) pthread_attr_getstacksize(&attributes, &size);
  return size;
}

void ReadAttributes(const pthread_attr_t* given, Attributes& attributes) {
  attributes.use = given;
  if (given == nullptr) {
    attributes.stack_bytes = UsualStackBytes();
    return;
  }
  int detach_state = PTHREAD_CREATE_JOINABLE;
  pthread_attr_getdetachstate(given, &detach_state);
  attributes.detached = detach_state == PTHREAD_CREATE_DETACHED;
  pthread_attr_getstacksize(given, &attributes.stack_bytes);
  void* begin = nullptr;
  std::size_t size = 0;
  pthread_attr_getstack(given, &begin, &size);
  // Without a stack of the program's, `begin` is 0 - size.
  const bool chosen = reinterpret_cast<std::uintptr_t>(begin) + size != 0;
  if (chosen || attributes.stack_bytes >= kLeastStackBytes) return;
  attributes.enlarged = *given;
  pthread_attr_setstacksize(&attributes.enlarged, kLeastStackBytes);
  attributes.stack_bytes = kLeastStackBytes;
  attributes.use = &attributes.enlarged;
}

}  // namespace

int CreatePthread(pthread_t* handle, const pthread_attr_t* given, void* (*function)(void*),
                  void* argument, std::uintptr_t pc) {
  Attributes attributes;
  ReadAttributes(given, attributes);
  // glibc writes the handle before the thread runs.
  CheckMemory(pc, AccessKind::kWrite, handle, sizeof(*handle));
  ThreadEntry* entry;
  {
    RuntimeScope scope;
    ThreadState& t = scope.thread();
    ThreadInfo* thread = CreateThread(&t, CallerStack(t, pc), /*goroutine=*/false,
                                      std::min(attributes.stack_bytes, kMostStackBytes));
    entry = NewThreadEntry(thread, function, argument, attributes.detached);
  }
  const std::uint64_t mask = BlockAllSignals();
  entry->signal_mask = mask;
  int result;
  {
    RecyclingScope recycling_scope;
    result = REAL(pthread_create)(handle, attributes.use, StartThread, entry);
  }
  if (result != 0) {
    RuntimeScope scope;
    AbandonThread(*entry->thread);
    ThreadNotCreated(scope, *entry);
  }
  SetSignalMask(mask);
  return result;
}

// The misuse that a join or detach of such a handle is, and the error that it returns; 0: none.
int RefuseHandle(const RuntimeScope& scope, Handle kind, pthread_t handle, std::uintptr_t pc) {
  switch (kind) {
    case Handle::kSelf:
      Misused(scope, Misuse::kThreadJoinSelf, handle, pc);
      return EDEADLK;
    case Handle::kGone:
      Misused(scope, Misuse::kThreadJoinTwice, handle, pc);
      return EINVAL;
    case Handle::kGarbage:
      Misused(scope, Misuse::kThreadJoinInvalid, handle, pc);
      return ESRCH;
    case Handle::kKnown:
    case Handle::kForeign:
    case Handle::kNotYet:
      break;
  }
  return 0;
}

int DetachPthread(pthread_t handle, std::uintptr_t pc) {
  for (;; sys::Yield()) {
    RuntimeScope scope;
    const Handle kind = Detach(scope, handle);
    if (kind != Handle::kNotYet) return RefuseHandle(scope, kind, handle, pc);
  }
}

Join::Join(pthread_t handle, std::uintptr_t pc) {
  for (;; sys::Yield()) {
    RuntimeScope scope;
    const Handle kind = BeginJoin(handle, entry_);
    if (kind == Handle::kNotYet) continue;
    error_ = RefuseHandle(scope, kind, handle, pc);
    if (kind == Handle::kKnown) {
      RecyclingScope::Set(true);
    } else {
      entry_ = nullptr;
    }
    return;
  }
}

void Join::Returned(int result) {
  if (entry_ == nullptr) return;
  RuntimeScope scope;
  RecyclingScope::Set(false);
  EndJoin(scope, *entry_, result == 0);
}

void Join::Cancelled(void* join) { static_cast<Join*>(join)->Returned(ECANCELED); }

void RecyclingScope::Set(bool on) {
  RuntimeScope scope;
  recycling = on;
  if (on) {
    BeginIgnoringAccesses(scope.thread(), AccessKind::kWrite);
  } else {
    EndIgnoringAccesses(scope.thread(), AccessKind::kWrite);
  }
}

bool RecyclingScope::active() { return recycling; }

void InitializeThreads() {
  // A late key runs its destructor late in its round, so take the last one that costs no
  // allocation: glibc keeps the first 32 in the thread's descriptor.
  constexpr unsigned kInlineKeys = 32;
  pthread_key_t earlier[kInlineKeys];
  unsigned count = 0;
  while (pthread_key_create(&end_key, CountDown) == 0 && end_key + 1 < kInlineKeys) {
    earlier[count++] = end_key;
  }
  for (unsigned i = 0; i < count; ++i) pthread_key_delete(earlier[i]);

  RuntimeScope scope;
  auto* main = static_cast<ThreadInfo*>(scope.thread().description);
  MeasureThread(*main);
  own_entry = NewThreadEntry(main, nullptr, nullptr, /*detached=*/false);
  ThreadStarted(*own_entry);
  ArmThreadEnd();
}

void ArmThreadEnd() {
  pthread_setspecific(end_key, reinterpret_cast<void*>(PTHREAD_DESTRUCTOR_ITERATIONS));
}

void LockLifeCycles() { life_cycles.lock(); }

void UnlockLifeCycles() { life_cycles.unlock(); }

}  // namespace hbsan
