// The distinct races of any number of reports.
#ifndef HBSAN_TOOLS_REPORT_RACE_SET_H_
#define HBSAN_TOOLS_REPORT_RACE_SET_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "tools/report/race.h"
#include "tools/report/updates.h"

namespace hbsan::tools {

class RaceSet {
 public:
  RaceSet() = default;
  RaceSet(const RaceSet&) = delete;
  RaceSet& operator=(const RaceSet&) = delete;

  // Takes one report. Of those with one fingerprint the first stays, with the number of all, their
  // programs and tests. Copies the texts that it keeps.
  void Add(Race report);
  // A report whose frames have no names yet: counts when Complete has them.
  void AddUnfinished(Race report);
  // When all have been added: names the frames of the unfinished ones through llvm-symbolizer, and
  // adds them; those whose modules are not here stay as they are. Then makes one race of the two
  // halves of an update (updates.h). Returns one line if there is no symbolizer, or nothing.
  std::string Complete();

  void RemoveIf(const std::function<bool(const Race&)>& unwanted);

  // The most frequent first.
  std::vector<const Race*> Sorted() const;
  // The race that has a fingerprint, or an alias, in common with `race`; null if there is none.
  const Race* FindSame(const Race& race) const;
  size_t size() const { return races_.size(); }
  // All that were added, of the races that are still here.
  uint64_t reports() const;
  size_t processes() const { return processes_.size(); }

 private:
  std::string CompleteFrames();
  // Makes the race `half` part of the race `whole`, if it is here.
  void Fold(const std::string& half, const std::string& whole);
  const Race* Find(const std::string& fingerprint) const;

  std::string_view Keep(std::string_view text);
  void Keep(Stack& stack);
  void Keep(Race& race);

  std::unordered_set<std::string_view> texts_;  // views of kept_
  std::deque<std::string> kept_;
  std::unordered_map<std::string, Race> races_;
  std::unordered_map<std::string, std::string> aliases_;  // to fingerprints of races_
  Updates updates_;
  std::unordered_set<int> processes_;
  std::vector<Race> unfinished_;
};

// Whether the report's stacks were not symbolized where it was made.
bool IsUnfinished(const Race& report);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_RACE_SET_H_
