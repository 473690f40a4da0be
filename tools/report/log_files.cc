#include "tools/report/log_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/report/findings.h"

namespace hbsan::tools {
namespace {

namespace fs = std::filesystem;

}  // namespace

absl::Status LogFiles::Read(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    std::error_code error;
    if (name == "-") {
      ReadStream(std::cin, "standard input");
    } else if (fs::is_directory(name, error)) {
      any_good_ = true;  // an empty one holds no report
      std::vector<std::string> files;
      for (const fs::directory_entry& entry : fs::directory_iterator(name, error)) {
        if (entry.is_regular_file(error)) files.push_back(entry.path());
      }
      std::ranges::sort(files);
      for (const std::string& file : files) ReadFile(file);
    } else {
      ReadFile(name);
    }
  }
  if (!any_good_ && !problems_.empty()) {
    return absl::NotFoundError(absl::StrJoin(problems_, "; "));
  }
  if (const std::string problem = races_.Complete(); !problem.empty()) {
    problems_.push_back(problem);
  }
  return absl::OkStatus();
}

void LogFiles::PrintProblems(std::ostream& out) const {
  for (const std::string& problem : problems_) out << "hbsan: warning: " << problem << "\n";
}

void LogFiles::ReadFile(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (file) return ReadStream(file, name);
  problems_.push_back(name + " cannot be read");
}

void LogFiles::ReadStream(std::istream& in, const std::string& name) {
  size_t number = 0;  // of the line
  size_t lines = 0;   // that are not empty
  size_t bad = 0;
  size_t first_bad = 0;
  bool cut_off = false;
  Race race;
  std::string line;
  while (std::getline(in, line)) {
    ++number;
    if (line.empty()) continue;
    ++lines;
    switch (reader_.Read(line, race)) {
      case LineKind::kReport:
        IsUnfinished(race) ? races_.AddUnfinished(std::move(race)) : races_.Add(std::move(race));
        break;
      case LineKind::kUnreadable:
        if (++bad == 1) first_bad = number;
        cut_off = in.eof();
        break;
      case LineKind::kOther:
        break;
    }
  }
  any_good_ |= bad == 0 || bad < lines;
  if (bad == 0) return;
  problems_.push_back(absl::StrCat(name, ": ", Plural(bad, "line"), " of ", number,
                                   " left out, no report of hbsan's; the first is line ", first_bad,
                                   cut_off ? "; the last is cut off" : ""));
}

}  // namespace hbsan::tools
