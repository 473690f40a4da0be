// Reading logs: files of JSON lines, whole directories of them, or standard input.
#ifndef HBSAN_TOOLS_REPORT_LOG_FILES_H_
#define HBSAN_TOOLS_REPORT_LOG_FILES_H_

#include <istream>
#include <ostream>
#include <string>
#include <vector>

#include "tools/report/race_set.h"
#include "tools/report/reader.h"

namespace hbsan::tools {

class LogFiles {
 public:
  // `warnings`: where problems go, one line for each log that has any.
  LogFiles(RaceSet& races, std::ostream& warnings) : races_(races), warnings_(warnings) {}

  // Adds the reports of `names`: files, directories (the files in them, not below), or "-".
  void Read(const std::vector<std::string>& names);

  size_t read() const { return read_; }              // logs and directories that could be opened
  size_t unreadable() const { return unreadable_; }  // lines that are no report

 private:
  void ReadFile(const std::string& name);
  void ReadStream(std::istream& in, const std::string& name);

  RaceSet& races_;
  std::ostream& warnings_;
  ReportReader reader_;
  size_t read_ = 0;
  size_t unreadable_ = 0;
};

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_LOG_FILES_H_
