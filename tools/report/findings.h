// What a run of `hbsan report` found: the distinct races, each new or known to a baseline.
#ifndef HBSAN_TOOLS_REPORT_FINDINGS_H_
#define HBSAN_TOOLS_REPORT_FINDINGS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/report/race_set.h"

namespace hbsan::tools {

enum class BaselineState {
  kNoBaseline,
  kNew,
  kUnchanged,  // in the baseline too
  kVanished,   // only in the baseline
};

struct Finding {
  const Race* race = nullptr;
  BaselineState state = BaselineState::kNoBaseline;
};

struct Findings {
  std::vector<Finding> list;  // new ones first, vanished ones last
  uint64_t reports = 0;
  bool has_baseline = false;
  std::string root;  // ShownPath's

  size_t Count(BaselineState state) const;
  // What makes the command fail: everything without a baseline, and with one what is new.
  std::vector<const Race*> Failures() const;
  // "2 distinct races in 7 reports: 1 new, 1 in the baseline; 3 of the baseline vanished".
  std::string Verdict() const;
};

// `baseline`: null if there is none. Both must outlive the result.
Findings Compare(const RaceSet& races, const RaceSet* baseline, std::string root);

// "1 race", "2 races"; `plural`: where it is not the noun with an s.
std::string Plural(uint64_t n, const std::string& noun, const std::string& plural = "");

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_FINDINGS_H_
