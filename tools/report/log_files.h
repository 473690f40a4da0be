// Reading logs: files of JSON lines, whole directories of them, or standard input.
#ifndef HBSAN_TOOLS_REPORT_LOG_FILES_H_
#define HBSAN_TOOLS_REPORT_LOG_FILES_H_

#include <istream>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/report/race_set.h"
#include "tools/report/reader.h"

namespace hbsan::tools {

class LogFiles {
 public:
  explicit LogFiles(RaceSet& races) : races_(races) {}

  // Adds the reports of `names`: files, directories (the files in them, not below), or "-". Fails
  // if none of them could be read, or none but directories and empty files has any line of hbsan's.
  absl::Status Read(const std::vector<std::string>& names);

  // What was left out: one line for each file.
  const std::vector<std::string>& problems() const { return problems_; }
  void PrintProblems(std::ostream& out) const;

 private:
  void ReadFile(const std::string& name);
  void ReadStream(std::istream& in, const std::string& name);

  RaceSet& races_;
  ReportReader reader_;
  std::vector<std::string> problems_;
  bool any_good_ = false;
};

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_LOG_FILES_H_
