// What the detector reported, held against what each trial must show.
//
// reports.cc is not instrumented. It is told of each report by the runtime, logs it, and judges the
// log when the trials are over.
#ifndef HBSAN_TESTS_TRIALS_REPORTS_H_
#define HBSAN_TESTS_TRIALS_REPORTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hbsan::trials {

// The functions of a full stack, innermost first, ended by a null: from the access to the first
// instrumented function of its thread.
inline constexpr std::size_t kMaxFrames = 64;
struct Stack {
  std::array<const void*, 8> inner = {};  // ended by a null
  std::size_t nested = 0;                 // this many frames of `nest`,
  const void* nest = nullptr;
  std::array<const void*, 4> outer = {};  // then these, ended by a null
};

// One race that must be reported, on at least one byte of [begin, begin + size).
struct Trial {
  std::uintptr_t begin = 0;
  std::size_t size = 0;
  Stack first, second;
};

struct Verdict {
  std::size_t missed = 0;      // trials without a report
  std::size_t incomplete = 0;  // trials with a report that does not show both stacks in full
  std::size_t strays = 0;      // reports that belong to no trial: false ones
};

// Judges all reports since the last call. Sorts `trials`. Explains on stderr the first few that are
// not right.
Verdict Judge(std::vector<Trial>& trials);

}  // namespace hbsan::trials

#endif  // HBSAN_TESTS_TRIALS_REPORTS_H_
