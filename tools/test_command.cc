#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "tools/commands.h"
#include "tools/process.h"
#include "tools/report/findings.h"
#include "tools/report/last_run.h"
#include "tools/report/log_files.h"
#include "tools/report/race_set.h"
#include "tools/report/writers.h"
#include "tools/test_table.h"

namespace hbsan::tools {
namespace {

namespace fs = std::filesystem;

// The directory with CTest's tests: the one that was named, this one, or ./build.
absl::StatusOr<fs::path> FindTests(const fs::path& named) {
  const auto has_tests = [](const fs::path& dir) {
    std::error_code error;
    return fs::exists(dir / "CTestTestfile.cmake", error);
  };
  if (!named.empty()) {
    if (has_tests(named)) return named;
    return absl::NotFoundError("no CTest tests in " + named.string());
  }
  for (const fs::path dir : {".", "build"}) {
    if (has_tests(dir)) return dir;
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
      if (error)
        return absl::UnavailableError(absl::StrCat("cannot make the directory ", named.string()));
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
  fs::path TimesFile() const { return path_ / "ctest.xml"; }
  // Reads and removes CTest's file: the directory is for logs.
  TestTimes TakeTimes() const {
    TestTimes times = ReadTestTimes(TimesFile());
    std::error_code error;
    fs::remove(TimesFile(), error);
    return times;
  }

  // The processes' logs.
  std::vector<std::string> Logs() const {
    std::error_code error;
    std::vector<std::string> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(path_, error)) {
      if (entry.path().filename().native().starts_with("reports.")) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
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
  if (options.command.empty()) {
    command.insert(command.end(), {"--output-junit", dir->TimesFile().string()});
  }

  const char* set = std::getenv("HBSAN_OPTIONS");
  const std::string own = absl::StrCat("json_path=", dir->Prefix().string());
  const std::string all = set == nullptr || *set == 0 ? own : absl::StrCat(set, ":", own);
  const int status = RunAndWait(command, {{"HBSAN_OPTIONS", all}});

  RaceSet races;
  LogFiles logs(races);
  if (absl::Status read = logs.Read(dir->Logs()); !read.ok()) {
    std::cerr << "hbsan: warning: " << read.message() << "\n";
  }
  logs.PrintProblems(std::cerr);
  if (absl::Status kept = KeepForExplain(races); !kept.ok()) {
    std::cerr << "hbsan: warning: " << kept.message() << "\n";
  }
  const Findings findings = Compare(races, nullptr, CurrentDirectory());
  if (races.size() != 0) std::cout << "\n==== hbsan: what the tests' processes reported\n\n";
  PrintRaces(findings, std::cout);
  PrintTestTable(races, dir->TakeTimes(), std::cout);
  std::cout << "hbsan test: " << findings.Verdict();
  if (races.size() != 0) std::cout << " from " << Plural(races.processes(), "process", "processes");
  std::cout << "; the test command ended with status " << status << "\n";
  return races.size() != 0 ? kRacesFound : status;
}

}  // namespace hbsan::tools
