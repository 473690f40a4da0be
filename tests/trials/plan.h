// What a class of trials is given, and what it owes: fresh memory, and a word of each race that
// must be reported.
#ifndef HBSAN_TESTS_TRIALS_PLAN_H_
#define HBSAN_TESTS_TRIALS_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/trials/reports.h"

namespace hbsan::trials {

class Plan {
 public:
  explicit Plan(std::size_t trials) : trials_(trials) {}

  // How many trials to run.
  std::size_t trials() const { return trials_; }
  // Zero memory that nobody has accessed, page aligned. It is never unmapped: that would be one
  // more access that races.
  char* FreshMemory(std::size_t bytes);
  // [p, p + size), which overlaps with no other trial's, is raced on by these two stacks.
  void Expect(const void* p, std::size_t size, const Stack& first, const Stack& second);
  std::vector<Trial>& expected() { return expected_; }

 private:
  const std::size_t trials_;
  std::vector<Trial> expected_;
};

// Memory of a batch of trials, a slot each.
inline constexpr std::size_t kSlotBytes = 64;

struct TrialClass {
  const char* name;
  void (*run)(Plan& plan, std::size_t parameter);
  std::size_t parameter;
};

// See the file of the same name.
void TwoWritesAtOnce(Plan& plan, std::size_t);
void WriteAndReadAtOnce(Plan& plan, std::size_t);
void MisalignedAtOnce(Plan& plan, std::size_t);
void ManyReaders(Plan& plan, std::size_t readers);
void ByteWriters(Plan& plan, std::size_t writers);
void CallsSince(Plan& plan, std::size_t calls);
void ReleasesSince(Plan& plan, std::size_t releases);
void ThreadsSince(Plan& plan, std::size_t threads);
void EndedReleaseSequence(Plan& plan, std::size_t);
void MovedMemory(Plan& plan, std::size_t);

}  // namespace hbsan::trials

#endif  // HBSAN_TESTS_TRIALS_PLAN_H_
