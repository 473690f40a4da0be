#include "tools/report/findings.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace hbsan::tools {

std::string Plural(uint64_t n, const std::string& noun, const std::string& plural) {
  return absl::StrCat(n, " ", n == 1 ? noun : plural.empty() ? noun + "s" : plural);
}

size_t Findings::Count(BaselineState state) const {
  return std::ranges::count(list, state, &Finding::state);
}

std::vector<const Race*> Findings::Failures() const {
  std::vector<const Race*> failures;
  for (const Finding& finding : list) {
    if (finding.state == BaselineState::kNoBaseline || finding.state == BaselineState::kNew) {
      failures.push_back(finding.race);
    }
  }
  return failures;
}

std::string Findings::Verdict() const {
  const size_t vanished = Count(BaselineState::kVanished);
  const size_t present = list.size() - vanished;
  std::string verdict = present == 0 ? "no races"
                                     : absl::StrCat(Plural(present, "distinct race"), " in ",
                                                    Plural(reports, "report"));
  if (!has_baseline) return verdict;
  absl::StrAppend(&verdict, ": ", Count(BaselineState::kNew), " new, ",
                  Count(BaselineState::kUnchanged), " in the baseline; ", vanished,
                  " of the baseline vanished");
  return verdict;
}

Findings Compare(const RaceSet& races, const RaceSet* baseline, std::string root) {
  Findings findings;
  findings.reports = races.reports();
  findings.has_baseline = baseline != nullptr;
  findings.root = std::move(root);
  std::vector<Finding> known;
  for (const Race* race : races.Sorted()) {
    if (baseline == nullptr) {
      findings.list.push_back({race, BaselineState::kNoBaseline});
    } else if (baseline->FindSame(*race) == nullptr) {
      findings.list.push_back({race, BaselineState::kNew});
    } else {
      known.push_back({race, BaselineState::kUnchanged});
    }
  }
  findings.list.insert(findings.list.end(), known.begin(), known.end());
  if (baseline == nullptr) return findings;
  for (const Race* race : baseline->Sorted()) {
    if (races.FindSame(*race) == nullptr) {
      findings.list.push_back({race, BaselineState::kVanished});
    }
  }
  return findings;
}

}  // namespace hbsan::tools
