#include "tools/report/last_run.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "tools/report/writers.h"

namespace hbsan::tools {

namespace fs = std::filesystem;

absl::StatusOr<fs::path> LastRunFile() {
  const auto directory = [](const char* variable) {
    const char* value = std::getenv(variable);
    return fs::path(value == nullptr ? "" : value);
  };
  fs::path cache = directory("XDG_CACHE_HOME");
  if (cache.empty() && !directory("HOME").empty()) cache = directory("HOME") / ".cache";
  if (cache.empty()) return absl::NotFoundError("no cache: set XDG_CACHE_HOME or HOME");
  return cache / "hbsan" / "last_test.json";
}

absl::Status KeepForExplain(const RaceSet& races) {
  const absl::StatusOr<fs::path> file = LastRunFile();
  if (!file.ok()) return file.status();
  std::error_code error;
  fs::create_directories(file->parent_path(), error);
  // Whole or not at all, also beside another `hbsan test`.
  const fs::path fresh = absl::StrCat(file->string(), ".", getpid());
  std::ofstream stream(fresh);
  WriteJson(Compare(races, nullptr, ""), stream);
  stream.close();
  if (stream) fs::rename(fresh, *file, error);
  if (stream && !error) return absl::OkStatus();
  fs::remove(fresh, error);
  return absl::UnavailableError("cannot write " + file->string());
}

std::string CurrentDirectory() {
  std::error_code error;
  return fs::current_path(error);
}

}  // namespace hbsan::tools
