// What `hbsan test` says when the test command has ended: every distinct report of all processes.
#ifndef HBSAN_TOOLS_RACE_SUMMARY_H_
#define HBSAN_TOOLS_RACE_SUMMARY_H_

#include <cstddef>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hbsan::tools {

class RaceSummary {
 public:
  // Takes one line of a process's JSON reports. Two reports are one race
  // if their kinds and the innermost user frames of their stacks, in either order, are the same:
  // coarser than within a process, where the whole stacks count. A line that a killed process left
  // unfinished counts as an unreadable report.
  void Add(std::string_view json_line);

  size_t distinct() const { return races_.size(); }
  size_t reports() const { return reports_; }

  // Prints the races, the most frequent first, and last one line that says it all. Prints that line
  // too if there was no race.
  void Print(std::ostream& out, int command_status) const;

 private:
  struct Race {
    std::string what;                // the kind, and what lives there
    std::vector<std::string> lines;  // one for each access
    std::string explanation;
    size_t reports = 0;
    std::set<std::string> programs;
    std::set<int> processes;
  };

  void PrintRace(std::ostream& out, size_t number, const Race& race) const;

  std::map<std::string, Race> races_;  // by what identifies it
  std::set<int> processes_;
  size_t reports_ = 0;
  size_t unreadable_ = 0;
};

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_RACE_SUMMARY_H_
