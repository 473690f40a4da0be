// ThreadInfo: what reports say of a thread or goroutine; and the registry of live OS threads.
#ifndef HBSAN_RUNTIME_THREAD_INFO_H_
#define HBSAN_RUNTIME_THREAD_INFO_H_

#include <atomic>
#include <cstdint>

#include "detector/detector.h"

namespace hbsan {

// Outlives its thread for as long as any record of the thread does.
struct ThreadInfo : ThreadDescription {
  std::uint32_t number = 0;  // T0 is main; never reused; goroutines have their own count
  std::uint32_t parent_number = 0;
  bool is_goroutine = false;
  bool parent_is_goroutine = false;
  bool main = false;
  bool left_behind = false;  // not in this process: it ran before the fork that made it
  std::atomic<bool> running{false};
  std::uint64_t os_id = 0;  // gettid; 0: not started
  StackId creation;         // stack of the pthread_create / Go call
  char name[32] = {};       // pthread_setname_np
  // The test (runtime/report/tests.h) that it belongs to, as its creator's did, and the one whose
  // code it runs: its children's. Never freed; null: none.
  const char* test = nullptr;
  const char* running_test = nullptr;
  // The OS thread's stack and thread-local storage, [begin, end); 0 for goroutines without.
  Addr stack_begin = 0, stack_end = 0;
  Addr tls_begin = 0, tls_end = 0;
  ThreadState* state = nullptr;  // null when finished
  HotState* hot = nullptr;       // of the OS thread, while it runs
  std::uint32_t index = 0;       // in the registry
  std::size_t stack_bytes = 0;   // what the shadow call stack was made for
  // When finished: its last releases, as ThreadState had them.
  ReleaseNote releases[ThreadState::kReleaseNotes] = {};
  std::uint32_t release_count = 0;
};

inline constexpr std::size_t kUsualStackBytes = std::size_t{8} << 20;

// Thread life cycle; used by the pthread interceptors, the fiber API and gosync.
// Creates state and description of a child of the running thread (Fork rule), not running yet.
// `stack_bytes`: how large its stack may grow.
ThreadInfo* CreateThread(ThreadState* parent, StackId creation, bool goroutine,
                         std::size_t stack_bytes = kUsualStackBytes);
// The same for a goroutine of the library: `parent` is null if it is ordered after `known` instead,
// `number` is the library's, and so are its stack and the memory of its shadow call stack.
struct GoroutineOrigin {
  ThreadState* parent;
  const EmbeddedClock* known;
  ClockNodeCache* clock_nodes;  // with `known`
  StackId creation;
};
struct GoroutinePlace {
  std::uint32_t number;
  Frame* frames;
  Addr stack_begin, stack_end;
};
ThreadInfo* CreateGoroutine(const GoroutineOrigin& origin, const GoroutinePlace& place);
// The end of a running goroutine.
void EndGoroutine(ThreadInfo& thread);
// An OS thread of the library, which goroutines run on; `plane` is the read plane that it uses. It
// counts as inside the runtime (ThreadInfo::hot) while a goroutine runs there.
ThreadInfo* CreateWorker(int& plane);
// A thread that was created but cannot be started.
void AbandonThread(ThreadInfo& thread);
// In the new OS thread: binds it. Resets the history of its stack and TLS.
void BeginThread(ThreadInfo& thread);
// In the ending OS thread, after all its destructors. `end`: where joiners acquire; null if
// detached.
void EndThread(SyncObject* end);
// Ends a thread that runs nowhere (a fiber, a goroutine).
void DiscardThread(ThreadInfo& thread);

inline ThreadInfo& InfoOf(const ThreadState& t) { return *static_cast<ThreadInfo*>(t.description); }
void SetThreadName(ThreadInfo& thread, const char* name);

// In the child of fork: the running thread is the only one left.
void ThreadsAfterFork();

// Calls visit(info) for each live OS thread and goroutine, with the registry's lock held.
using ThreadVisitor = void (*)(ThreadInfo& thread, void* context);
void ForEachThread(ThreadVisitor visit, void* context);

// The engine holds nothing of the thread any more.
void ForgetThreadInfo(ThreadInfo& thread);
// Returns when each other OS thread has been seen outside the runtime (HotState::depth == 0).
void WaitForEachThreadOutside();

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_THREAD_INFO_H_
