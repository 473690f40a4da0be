/* Which test of a program runs: for test frameworks, so that a race is the test's that started the
 * racing threads or goroutines, also if it is found after that test ended. For GoogleTest there is
 * the CMake target hbsan::gtest; docs/testing.md shows how other frameworks call these.
 *
 * C and C++. In a program without race detection every call does nothing. */
#ifndef HBSAN_TEST_H_
#define HBSAN_TEST_H_

#ifdef __cplusplus
extern "C" {
#endif

void __hbsan_test_begin(const char* name) __attribute__((weak));
void __hbsan_test_end(void) __attribute__((weak));
int __hbsan_test_report(unsigned index, const char** test, const char** text) __attribute__((weak));

/* The calling thread runs the test `name` (copied) from now on: threads and goroutines that it
 * starts belong to that test, and so do those that they start. A test that begins ends the one
 * before. */
static inline void hbsan_test_begin(const char* name) {
  if (__hbsan_test_begin) __hbsan_test_begin(name);
}

/* The test has ended. What it started and still runs goes on belonging to it. */
static inline void hbsan_test_end(void) {
  if (__hbsan_test_end) __hbsan_test_end();
}

/* The reports that belong to tests, numbered from 0 in the order in which they were made; one that
 * belongs to two tests comes twice. Returns 0 if there are not as many; else sets `test` to the
 * test's name and `text` to the report as it was printed, which both live as long as the process.
 */
static inline int hbsan_test_report(unsigned index, const char** test, const char** text) {
  return __hbsan_test_report ? __hbsan_test_report(index, test, text) : 0;
}

#ifdef __cplusplus
}
#endif

#endif /* HBSAN_TEST_H_ */
