// hbsan::gtest: compiled into each test program that links it, against that program's GoogleTest.
//
// A test fails with each report of a race whose threads or goroutines it started. A report that is
// made after its test ended fails that test too, as long as the iteration's results are not
// printed; what comes later shows in the process's exit status. Without race detection nothing
// happens.
#include <gtest/gtest.h>
#include <hbsan/test.h>

#include <cstdio>
#include <string>

namespace {

// GoogleTest adds results to the running test only. The member that adds one to any test is
// private; an explicit instantiation may name it ([temp.spec.general]/6).
using AddPart = void (testing::TestResult::*)(const testing::TestPartResult&);
AddPart AddPartMember();
template <AddPart kMember>
struct Exposed {
  friend AddPart AddPartMember() { return kMember; }
};
template struct Exposed<&testing::TestResult::AddTestPartResult>;

std::string NameOf(const testing::TestInfo& test) {
  return std::string(test.test_suite_name()) + "." + test.name();
}

const testing::TestInfo* FindTest(const std::string& name) {
  const testing::UnitTest& program = *testing::UnitTest::GetInstance();
  for (int i = 0; i < program.total_test_suite_count(); ++i) {
    const testing::TestSuite& suite = *program.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j) {
      const testing::TestInfo* test = suite.GetTestInfo(j);
      if (NameOf(*test) == name) return test;
    }
  }
  return nullptr;
}

class RaceListener : public testing::EmptyTestEventListener {
 public:
  void OnTestStart(const testing::TestInfo& test) override {
    FailTests(nullptr);
    hbsan_test_begin(NameOf(test).c_str());
  }
  void OnTestEnd(const testing::TestInfo& test) override {
    hbsan_test_end();
    FailTests(&test);
  }
  void OnEnvironmentsTearDownEnd(const testing::UnitTest&) override { FailTests(nullptr); }

 private:
  // Fails the tests that the reports since the last call belong to. `running`: null between tests.
  void FailTests(const testing::TestInfo* running) {
    const char* name;
    const char* text;
    for (; hbsan_test_report(next_, &name, &text) != 0; ++next_) {
      const testing::TestInfo* test = FindTest(name);
      if (test == running || test == nullptr) {
        const char* file = test == nullptr ? nullptr : test->file();
        ADD_FAILURE_AT(file, test == nullptr ? -1 : test->line()) << text;
      } else {
        FailEnded(*test, text);
      }
    }
  }

  static void FailEnded(const testing::TestInfo& test, const char* text) {
    std::printf("%s:%d: Failure of %s, found after it ended\n%s\n", test.file(), test.line(),
                NameOf(test).c_str(), text);
    auto& result = const_cast<testing::TestResult&>(*test.result());
    (result.*AddPartMember())(testing::TestPartResult(testing::TestPartResult::kNonFatalFailure,
                                                      test.file(), test.line(), text));
  }

  unsigned next_ = 0;
};

[[maybe_unused]] const bool kListens = [] {
  testing::UnitTest::GetInstance()->listeners().Append(new RaceListener);
  return true;
}();

}  // namespace
