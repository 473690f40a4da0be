#include "runtime/report/tests.h"

#include <atomic>

#include "detector/memory.h"
#include "runtime/report/scratch.h"
#include "runtime/runtime.h"
#include "runtime/thread_info.h"

namespace hbsan {
namespace {

// A report of one test, in the list of all, oldest first. Never freed.
struct TestReport {
  const char* test = nullptr;
  const char* text = nullptr;
  TestReport* next = nullptr;
};

struct Tests {
  SpinLock lock;
  Scratch keep;  // never reset
  std::atomic<const char*> current{nullptr};
  TestReport* first = nullptr;
  TestReport** end = &first;
};
[[clang::no_destroy]] constinit Tests tests;

// With the lock held.
const char* Keep(std::string_view text) { return tests.keep.Copy(text).data(); }

}  // namespace

const char* CurrentTest() { return tests.current.load(std::memory_order_relaxed); }

void RememberForTests(std::span<const std::string_view> names, std::string_view report) {
  SpinLockHolder hold(tests.lock);
  const char* text = Keep(report);
  for (const std::string_view name : names) {
    TestReport& added = tests.keep.New<TestReport>();
    added.test = Keep(name);
    added.text = text;
    *tests.end = &added;
    tests.end = &added.next;
  }
}

namespace {

void SetTest(const char* name) {
  tests.current.store(name, std::memory_order_relaxed);
  if (InRuntime()) return;
  RuntimeScope scope;
  InfoOf(scope.thread()).running_test = name;
}

}  // namespace

}  // namespace hbsan

// <hbsan/test.h> has the contracts.
HBSAN_ABI void __hbsan_test_begin(const char* name) {
  const char* kept;
  {
    hbsan::SpinLockHolder hold(hbsan::tests.lock);
    kept = hbsan::Keep(name);
  }
  hbsan::SetTest(kept);
}

HBSAN_ABI void __hbsan_test_end() { hbsan::SetTest(nullptr); }

HBSAN_ABI int __hbsan_test_report(unsigned index, const char** test, const char** text) {
  hbsan::SpinLockHolder hold(hbsan::tests.lock);
  const hbsan::TestReport* report = hbsan::tests.first;
  while (report != nullptr && index-- != 0) report = report->next;
  if (report == nullptr) return 0;
  *test = report->test;
  *text = report->text;
  return 1;
}
