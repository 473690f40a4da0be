#include "runtime/thread_info.h"

#include <algorithm>
#include <new>

#include "runtime/address_space.h"
#include "runtime/frame_stacks.h"
#include "runtime/report/tests.h"
#include "runtime/runtime.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

// After its end a thread stays inside the runtime for good: whatever it still runs is not checked.
constexpr std::uint32_t kGone = 1u << 30;

constexpr std::uint32_t kMaxThreads = 1u << 24;

struct Registry {
  SpinLock lock;
  Pool<ThreadInfo> pool;
  FrameStacks frames;
  std::uint32_t next_number = 0;
  std::uint32_t next_goroutine = 0;
  std::uint32_t plane_users[kReadPlanes] = {};
  bool ready = false;
};
Registry registry;

void InitializeRegistry() {
  static constexpr Host kHost = {.reserve = ReserveAddressSpace,
                                 .discard = sys::Discard,
                                 .wait_quiescent = nullptr,
                                 .forget_thread = nullptr,
                                 .fatal = [](const char* what) { sys::Fatal(what); }};
  registry.pool.Init(kHost, kMaxThreads, "too many threads and goroutines at once");
  registry.frames.Init();
  registry.ready = true;
}

int TakePlane() {
  const auto* least = std::min_element(registry.plane_users, registry.plane_users + kReadPlanes);
  const auto plane = static_cast<int>(least - registry.plane_users);
  ++registry.plane_users[plane];
  return plane;
}

// A new thread belongs to the test that its creator runs, or belongs to. `parent`: null if unknown.
const char* TestOfChild(const ThreadState* parent) {
  const ThreadInfo* creator = parent == nullptr ? nullptr : &InfoOf(*parent);
  if (creator != nullptr && creator->running_test != nullptr) return creator->running_test;
  return creator != nullptr && creator->test != nullptr ? creator->test : CurrentTest();
}

ThreadInfo& NewThreadInfo() {
  const std::uint32_t index = registry.pool.Allocate();
  ThreadInfo& thread = registry.pool[index];
  SpinLockHolder hold(registry.lock);
  thread.~ThreadInfo();
  new (&thread) ThreadInfo;
  thread.index = index;
  return thread;
}

// Takes from the ending thread what reports may want of it later. With the registry's lock held.
void Retire(ThreadInfo& thread) {
  const ThreadState& t = *thread.state;
  constexpr std::uint32_t kMost = ThreadState::kReleaseNotes;
  std::copy_n(t.releases, std::min(t.release_count, kMost), thread.releases);
  thread.release_count = t.release_count;
  thread.hot = nullptr;
  thread.state = nullptr;
  thread.running.store(false, std::memory_order_relaxed);
}

}  // namespace

ThreadInfo* CreateThread(ThreadState* parent, StackId creation, bool goroutine,
                         std::size_t stack_bytes) {
  if (!registry.ready) InitializeRegistry();
  ThreadInfo& thread = NewThreadInfo();
  {
    SpinLockHolder hold(registry.lock);
    thread.number = goroutine ? ++registry.next_goroutine : registry.next_number++;
    thread.is_goroutine = goroutine;
  }
  thread.creation = creation;
  thread.test = TestOfChild(parent);
  if (parent != nullptr) {
    const auto& info = *static_cast<ThreadInfo*>(parent->description);
    thread.parent_number = info.number;
    thread.parent_is_goroutine = info.is_goroutine;
  }
  thread.stack_bytes = stack_bytes;
  if (parent == nullptr && thread.number != 0) ThreadsStartUnordered();
  ThreadState* state =
      TheDetector().StartThread(parent, &thread, registry.frames.Allocate(stack_bytes));
  SpinLockHolder hold(registry.lock);
  thread.state = state;
  return &thread;
}

void BeginThread(ThreadInfo& thread) {
  HotState& hot = __hbsan_hot;
  int plane;
  {
    SpinLockHolder hold(registry.lock);
    thread.os_id = static_cast<std::uint64_t>(sys::GetTid());
    thread.hot = &hot;
    plane = TakePlane();
  }
  thread.running.store(true, std::memory_order_relaxed);
  Detector& detector = TheDetector();
  ThreadState& t = *thread.state;
  ++hot.depth;
  detector.Resume(t, hot, plane);
  detector.ResetMemory(t, thread.stack_begin, thread.stack_end - thread.stack_begin);
  detector.ResetMemory(t, thread.tls_begin, thread.tls_end - thread.tls_begin);
  --hot.depth;
}

void EndThread(SyncObject* end) {
  HotState& hot = __hbsan_hot;
  ThreadState* t = hot.state;
  if (t == nullptr) return;
  auto& thread = static_cast<ThreadInfo&>(*t->description);
  hot.depth += kGone;
  Frame* frames = t->frames;
  const std::size_t stack_bytes = thread.stack_bytes;
  {
    SpinLockHolder hold(registry.lock);
    --registry.plane_users[t->plane];
    Retire(thread);
  }
  TheDetector().FinishThread(*t, end);
  hot.stack_top = nullptr;  // what still runs pushes its frames to limbo
  registry.frames.Free(frames, stack_bytes);
}

void DiscardThread(ThreadInfo& thread) {
  ThreadState* t = thread.state;
  Frame* frames = t->frames;
  const std::size_t stack_bytes = thread.stack_bytes;
  {
    SpinLockHolder hold(registry.lock);
    Retire(thread);
  }
  TheDetector().FinishThread(*t, nullptr);  // `thread` may be gone from here on
  registry.frames.Free(frames, stack_bytes);
}

ThreadInfo* CreateGoroutine(const GoroutineOrigin& origin, const GoroutinePlace& place) {
  ThreadInfo& thread = NewThreadInfo();
  thread.number = place.number;
  thread.is_goroutine = true;
  thread.creation = origin.creation;
  thread.test = TestOfChild(origin.parent);
  thread.stack_begin = place.stack_begin;
  thread.stack_end = place.stack_end;
  thread.running.store(true, std::memory_order_relaxed);
  ThreadState* state;
  if (origin.parent != nullptr) {
    const auto& parent = *static_cast<ThreadInfo*>(origin.parent->description);
    thread.parent_number = parent.number;
    thread.parent_is_goroutine = parent.is_goroutine;
    state = TheDetector().StartThread(origin.parent, &thread, place.frames);
  } else {
    state =
        TheDetector().StartThreadAfter(*origin.known, *origin.clock_nodes, &thread, place.frames);
  }
  SpinLockHolder hold(registry.lock);
  thread.state = state;
  return &thread;
}

void EndGoroutine(ThreadInfo& thread) {
  ThreadState& t = *thread.state;
  {
    SpinLockHolder hold(registry.lock);
    Retire(thread);
  }
  TheDetector().FinishGoroutine(t);  // `thread` may be gone from here on
}

ThreadInfo* CreateWorker(int& plane) {
  ThreadInfo& thread = NewThreadInfo();
  SpinLockHolder hold(registry.lock);
  plane = TakePlane();
  return &thread;
}

void SetThreadName(ThreadInfo& thread, const char* name) {
  const std::size_t last = sizeof thread.name - 1;
  std::size_t i = 0;
  for (; i < last && name[i] != '\0'; ++i) thread.name[i] = name[i];
  thread.name[i] = '\0';
}

void AbandonThread(ThreadInfo& thread) {
  Frame* frames = thread.state->frames;
  const std::size_t stack_bytes = thread.stack_bytes;
  ThreadState* state;
  {
    SpinLockHolder hold(registry.lock);
    state = thread.state;
    thread.state = nullptr;
  }
  TheDetector().FinishThread(*state, nullptr);
  registry.frames.Free(frames, stack_bytes);
}

void ThreadsAfterFork() {
  SpinLockHolder hold(registry.lock);
  for (std::uint32_t i = 1; i <= registry.pool.high_water(); ++i) {
    ThreadInfo& thread = registry.pool[i];
    if (thread.hot == &__hbsan_hot) {
      thread.os_id = static_cast<std::uint64_t>(sys::GetTid());
      continue;
    }
    thread.left_behind = true;
    thread.hot = nullptr;
    thread.state = nullptr;
    thread.running.store(false, std::memory_order_relaxed);
  }
}

void ForgetThreadInfo(ThreadInfo& thread) { registry.pool.Free(thread.index); }

void ForEachThread(ThreadVisitor visit, void* context) {
  SpinLockHolder hold(registry.lock);
  for (std::uint32_t i = 1; i <= registry.pool.high_water(); ++i) {
    if (registry.pool[i].state != nullptr) visit(registry.pool[i], context);
  }
}

void WaitForEachThreadOutside() {
  const std::uint32_t count = registry.pool.high_water();
  for (std::uint32_t i = 1; i <= count; ++i) {
    for (;;) {
      {
        SpinLockHolder hold(registry.lock);
        const HotState* hot = registry.pool[i].hot;
        if (hot == nullptr || hot == &__hbsan_hot ||
            __atomic_load_n(&hot->depth, __ATOMIC_ACQUIRE) == 0) {
          break;
        }
      }
      sys::Yield();
    }
  }
}

}  // namespace hbsan
