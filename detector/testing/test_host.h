// An engine for tests: a Host over mmap, and threads that are values. No operating-system thread is
// needed: a test makes any number of TestThreads and lets them take turns as it likes.
#ifndef HBSAN_DETECTOR_TESTING_TEST_HOST_H_
#define HBSAN_DETECTOR_TESTING_TEST_HOST_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "detector/detector.h"

namespace hbsan::testing {

// What a Host reserves; returns it to the system in the end. Not thread safe.
class TestHost {
 public:
  TestHost();
  ~TestHost();
  TestHost(const TestHost&) = delete;
  TestHost& operator=(const TestHost&) = delete;

  // Reservations go to the TestHost made last in this thread.
  const Host& host() const { return host_; }
  // Replaces the quiescence that a test without concurrency has anyway.
  void set_wait_quiescent(void (*wait)(void*)) { host_.wait_quiescent = wait; }

 private:
  static void* Reserve(std::size_t bytes);

  Host host_;
  TestHost* outer_;
  std::vector<std::pair<void*, std::size_t>> reserved_;
};

// One thread of the watched program. Its call stack is the shadow call stack of `hot`, which stands
// for the operating-system thread that runs it; null while nobody does.
struct TestThread {
  static constexpr std::size_t kMaxFrames = 64;

  ThreadState* state = nullptr;
  std::unique_ptr<HotState> hot;
  std::vector<Frame> frames;
  ThreadDescription* description = nullptr;
  std::uint32_t accesses = 0;  // of which each fourth is checked by CheckAccess

  void Call(std::uintptr_t return_address);
  void Return() { --hot->stack_top; }
  std::size_t depth() const { return hot->stack_top - frames.data(); }
};

// Threads may be started and finished, and may access, in several operating-system threads at once.
class TestEngine {
 public:
  TestEngine();

  Detector& detector() { return *detector_; }
  TestHost& host() { return host_; }

  // A running thread, forked by `parent` (null: ordered after nothing), on read plane `plane`
  // modulo their number.
  std::unique_ptr<TestThread> Start(TestThread* parent, int plane = 0);
  // The thread's end; `end` is for its joiners, or null.
  void Finish(std::unique_ptr<TestThread> thread, SyncObject* end = nullptr);

  // The race that the access finds, if any.
  std::optional<Race> Read(TestThread& t, Addr addr, std::size_t size, std::uintptr_t pc = 0x1000);
  std::optional<Race> Write(TestThread& t, Addr addr, std::size_t size, std::uintptr_t pc = 0x2000);
  std::optional<Race> Access(TestThread& t, const Site& site, Addr addr, std::size_t size);

  // The inline check of instrumented code, which calls the engine only if it fails: the thread has
  // made a plain access of these bytes of one cell in its present epoch, and need not make another.
  static bool HitsInline(const TestThread& t, AccessKind kind, Addr addr, std::size_t size);

  std::vector<std::uintptr_t> Unwind(StackId stack) const;

 private:
  TestHost host_;
  std::unique_ptr<Detector> detector_;
  std::mutex mutex_;
  std::deque<ThreadDescription> descriptions_;  // of all threads ever; records refer to them
};

}  // namespace hbsan::testing

#endif  // HBSAN_DETECTOR_TESTING_TEST_HOST_H_
