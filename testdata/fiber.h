// A fiber over ucontext that tells the detector of its switches, as schedulers of fibers do. Its
// own bookkeeping is not instrumented.
#ifndef TESTDATA_FIBER_H_
#define TESTDATA_FIBER_H_

#include <sanitizer/tsan_interface.h>
#include <ucontext.h>

#include <functional>
#include <memory>
#include <utility>

class Fiber {
 public:
  explicit Fiber(std::function<void()> body, unsigned switch_flags = 0)
      : body_(std::move(body)), flags_(switch_flags), detector_(__tsan_create_fiber(0)) {
    __tsan_set_fiber_name(detector_, "fiber");
    getcontext(&context_);
    context_.uc_stack.ss_sp = stack_.get();
    context_.uc_stack.ss_size = kStackBytes;
    context_.uc_link = nullptr;
    makecontext(&context_, &Fiber::Main, 0);
  }
  ~Fiber() { __tsan_destroy_fiber(detector_); }
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Runs it until it yields or ends; from any thread, one at a time.
  __attribute__((no_sanitize("thread"))) void Resume() {
    resumer_detector_ = __tsan_get_current_fiber();
    starting_ = this;
    __tsan_switch_to_fiber(detector_, flags_);
    swapcontext(&resumer_, &context_);
  }
  // Called by the fiber.
  __attribute__((no_sanitize("thread"))) void Yield() {
    __tsan_switch_to_fiber(resumer_detector_, flags_);
    swapcontext(&context_, &resumer_);
  }

 private:
  static constexpr std::size_t kStackBytes = 64 << 10;

  __attribute__((no_sanitize("thread"))) static void Main() {
    Fiber* self = starting_;
    self->body_();
    while (true) self->Yield();
  }

  static inline thread_local Fiber* starting_ = nullptr;

  std::function<void()> body_;
  const unsigned flags_;
  void* const detector_;
  void* resumer_detector_ = nullptr;
  std::unique_ptr<char[]> stack_{new char[kStackBytes]};
  ucontext_t context_;
  ucontext_t resumer_;
};

#endif  // TESTDATA_FIBER_H_
