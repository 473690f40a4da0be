#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "tools/commands.h"
#include "tools/process.h"
#include "tools/race_summary.h"

namespace hbsan::tools {
namespace {

namespace fs = std::filesystem;

// The directory with CTest's tests: the one that was named, this one, or ./build.
absl::StatusOr<fs::path> FindTests(const fs::path& named) {
  if (!named.empty()) return named;
  for (const char* dir : {".", "build"}) {
    if (fs::exists(fs::path(dir) / "CTestTestfile.cmake")) return fs::path(dir);
  }
  return absl::NotFoundError(
      "no CTest tests in . or ./build: name --build-dir DIR, or a command after --");
}

// A directory for the processes' reports, deleted at the end unless the user named it.
class ReportDir {
 public:
  static absl::StatusOr<ReportDir> Make(const fs::path& named) {
    std::error_code error;
    if (!named.empty()) {
      fs::create_directories(named, error);
      if (error) return absl::UnavailableError(absl::StrCat("cannot make ", named.string()));
      return ReportDir(fs::absolute(named), /*temporary=*/false);
    }
    std::string name = fs::temp_directory_path(error) / "hbsan-test.XXXXXX";
    if (error || mkdtemp(name.data()) == nullptr) {
      return absl::UnavailableError("cannot make a temporary directory for the reports");
    }
    return ReportDir(name, /*temporary=*/true);
  }

  ReportDir(ReportDir&& other) noexcept
      : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, false)) {}

  ~ReportDir() {
    std::error_code error;
    if (temporary_) fs::remove_all(path_, error);
  }

  fs::path Prefix() const { return path_ / "reports"; }

  RaceSummary Summarize() const {
    std::error_code error;
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(path_, error)) {
      if (entry.path().filename().native().starts_with("reports.")) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    RaceSummary summary;
    for (const fs::path& file : files) {
      std::ifstream stream(file);
      for (std::string line; std::getline(stream, line);) summary.Add(line);
    }
    return summary;
  }

 private:
  ReportDir(fs::path path, bool temporary) : path_(std::move(path)), temporary_(temporary) {}

  fs::path path_;
  bool temporary_;
};

}  // namespace

absl::StatusOr<int> TestCommand(const TestOptions& options) {
  std::vector<std::string> command = options.command;
  if (command.empty()) {
    absl::StatusOr<fs::path> tests = FindTests(options.build_dir);
    if (!tests.ok()) return tests.status();
    command = {"ctest", "--output-on-failure", "--test-dir", tests->string()};
  }
  absl::StatusOr<ReportDir> dir = ReportDir::Make(options.keep_reports);
  if (!dir.ok()) return dir.status();

  const char* set = std::getenv("HBSAN_OPTIONS");
  const std::string own = absl::StrCat("json_path=", dir->Prefix().string());
  const std::string all = set == nullptr || *set == 0 ? own : absl::StrCat(set, ":", own);
  const int status = RunAndWait(command, {{"HBSAN_OPTIONS", all}});

  const RaceSummary summary = dir->Summarize();
  summary.Print(std::cout, status);
  return summary.reports() > 0 ? kRacesFound : status;
}

}  // namespace hbsan::tools
