// Fibers: contexts of execution that the program switches between by itself (ucontext,
// Boost.Context, schedulers of its own).
//
// A fiber is a thread to the engine: its own clock, its own shadow call stack. Its handle is its
// ThreadInfo. Exactly one fiber (at the start the OS thread itself) runs on each OS thread; a
// switch suspends it and resumes another. Unless asked otherwise a switch is an edge from the one
// to the other.
//
// Programs switch the detector just before they switch stacks. The function that calls us pops its
// frame from the shadow call stack on the other side, when it comes back: its stack_top is a local
// variable of its own stack.
#include "runtime/runtime.h"

using hbsan::Addr;
using hbsan::RuntimeScope;
using hbsan::ThreadInfo;
using hbsan::ThreadState;

namespace {

// Of __tsan_switch_to_fiber.
constexpr unsigned kNoSync = 1;

// What `from` has done is ordered before what `to` will do.
void Order(ThreadState& from, ThreadState& to, std::uintptr_t pc) {
  hbsan::Detector& detector = hbsan::TheDetector();
  hbsan::SyncObject& edge = detector.NewSync();
  detector.ReleaseStore(from, edge, pc);
  detector.Acquire(to, edge);
  detector.DeleteSync(to, edge);
}

}  // namespace

HBSAN_ABI void* __tsan_get_current_fiber() {
  if (hbsan::InRuntime()) return nullptr;
  RuntimeScope scope;
  return &hbsan::InfoOf(scope.thread());
}

HBSAN_ABI void* __tsan_create_fiber(unsigned) {
  if (hbsan::InRuntime()) return nullptr;
  RuntimeScope scope;
  ThreadState& t = scope.thread();
  ThreadInfo* fiber = hbsan::CreateThread(
      &t, hbsan::TheDetector().CurrentStack(t, HBSAN_CALLER_PC()), /*goroutine=*/false);
  fiber->running.store(true, std::memory_order_relaxed);
  return fiber;
}

// Of a fiber that does not run now.
HBSAN_ABI void __tsan_destroy_fiber(void* handle) {
  if (handle == nullptr || hbsan::InRuntime()) return;
  RuntimeScope scope;
  auto& fiber = *static_cast<ThreadInfo*>(handle);
  if (fiber.state == nullptr || fiber.state->hot != nullptr) return;
  hbsan::DiscardThread(fiber);
}

HBSAN_ABI void __tsan_switch_to_fiber(void* handle, unsigned flags) {
  if (handle == nullptr || hbsan::InRuntime()) return;
  RuntimeScope scope;
  hbsan::Detector& detector = hbsan::TheDetector();
  ThreadState& from = scope.thread();
  ThreadState* to = static_cast<ThreadInfo*>(handle)->state;
  if (to == nullptr || to == &from) return;
  hbsan::HotState& hot = *from.hot;
  if ((flags & kNoSync) == 0) Order(from, *to, HBSAN_CALLER_PC());
  detector.Suspend(from);
  detector.Resume(*to, hot, from.plane);
}

HBSAN_ABI void __tsan_set_fiber_name(void* handle, const char* name) {
  if (handle != nullptr) hbsan::SetThreadName(*static_cast<ThreadInfo*>(handle), name);
}
