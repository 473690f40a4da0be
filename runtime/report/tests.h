// The tests of a program: a test framework says which one runs (<hbsan/test.h>), and reports say
// whose they are.
//
// A thread or goroutine belongs to the test that runs in its creator; of creators that run none, to
// the test that they belong to; else to the program's current one. A report belongs to the tests of
// its two threads, and if neither was started by a test to the current one. So a race of a thread
// that outlived its test is still that test's.
#ifndef HBSAN_RUNTIME_REPORT_TESTS_H_
#define HBSAN_RUNTIME_REPORT_TESTS_H_

#include <span>
#include <string_view>

namespace hbsan {

// The test that began last and has not ended; null: none. Lives as long as the process.
const char* CurrentTest();

// Keeps what was reported, for the test framework to ask for. Called with the report lock held.
void RememberForTests(std::span<const std::string_view> tests, std::string_view report);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_TESTS_H_
