#include "tools/report/log_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace hbsan::tools {
namespace {

namespace fs = std::filesystem;

std::string Count(size_t n, const char* what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

}  // namespace

void LogFiles::Read(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    std::error_code error;
    if (name == "-") {
      ReadStream(std::cin, "standard input");
    } else if (fs::is_directory(name, error)) {
      ++read_;  // an empty one holds no report
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
  const std::string problem = races_.CompleteFrames();
  if (!problem.empty()) warnings_ << "hbsan: warning: " << problem << "\n";
}

void LogFiles::ReadFile(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) {
    warnings_ << "hbsan: warning: " << name << " cannot be read\n";
    return;
  }
  ReadStream(file, name);
}

void LogFiles::ReadStream(std::istream& in, const std::string& name) {
  ++read_;
  size_t number = 0;
  size_t bad = 0;
  size_t first_bad = 0;
  bool cut_off = false;
  Race race;
  std::string line;
  while (std::getline(in, line)) {
    ++number;
    if (line.empty()) continue;
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
  if (bad == 0) return;
  unreadable_ += bad;
  warnings_ << "hbsan: warning: " << name << ": " << Count(bad, "line") << " of " << number
            << " left out, no report of hbsan's; the first is line " << first_bad
            << (cut_off ? "; the last is cut off\n" : "\n");
}

}  // namespace hbsan::tools
