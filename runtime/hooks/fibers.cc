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

// The running fiber gives the OS thread to `to`; with an edge if `edge` is given.
void Switch(ThreadState& from, ThreadState& to, hbsan::SyncObject* edge, std::uintptr_t pc) {
  hbsan::Detector& detector = hbsan::TheDetector();
  hbsan::HotState& hot = *from.hot;
  if (edge != nullptr) detector.ReleaseStore(from, *edge, pc);
  detector.Suspend(from);
  detector.Resume(to, hot, from.plane);
  if (edge != nullptr) detector.Acquire(to, *edge);
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
  if ((flags & kNoSync) != 0) {
    Switch(from, *to, nullptr, HBSAN_CALLER_PC());
  } else {
    hbsan::SyncObject& edge = detector.NewSync();
    Switch(from, *to, &edge, HBSAN_CALLER_PC());
    detector.DeleteSync(*to, edge);
  }
}

HBSAN_ABI void __tsan_set_fiber_name(void* handle, const char* name) {
  if (handle != nullptr) hbsan::SetThreadName(*static_cast<ThreadInfo*>(handle), name);
}
