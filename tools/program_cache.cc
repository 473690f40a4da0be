#include "tools/program_cache.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>

#include "absl/strings/str_cat.h"
#include "tools/content_hash.h"

namespace hbsan::tools {
namespace {

namespace fs = std::filesystem;

constexpr size_t kRequestsKept = 200;
constexpr char kInputs[] = "inputs";

std::string HashOfFiles(const std::set<fs::path>& files) {
  ContentHash hash;
  for (const fs::path& file : files) hash.AddFile(file);
  return hash.Hex();
}

std::optional<std::set<fs::path>> ReadInputs(const fs::path& list) {
  std::ifstream stream(list);
  if (!stream) return std::nullopt;
  std::set<fs::path> files;
  for (std::string line; std::getline(stream, line);) files.insert(line);
  return files;
}

absl::Status CannotWrite(const fs::path& dir) {
  return absl::UnavailableError(
      absl::StrCat("cannot write to the cache ", dir.string(),
                   " (is the disk full? XDG_CACHE_HOME can name another place)"));
}

absl::StatusOr<fs::path> MakeTemporaryDir(const fs::path& parent) {
  std::error_code error;
  fs::create_directories(parent, error);
  std::string name = parent / "new.XXXXXX";
  if (mkdtemp(name.data()) == nullptr) return CannotWrite(parent);
  return fs::path(name);
}

bool AnyNewerThan(const std::set<fs::path>& files, fs::file_time_type time) {
  std::error_code error;
  return std::any_of(files.begin(), files.end(), [&](const fs::path& file) {
    return fs::last_write_time(file, error) >= time || error;
  });
}

// Removes a directory tree when the scope ends, however it ends.
struct Removal {
  fs::path dir;
  ~Removal() {
    std::error_code error;
    fs::remove_all(dir, error);
  }
};

}  // namespace

absl::StatusOr<ProgramCache> ProgramCache::OfUser() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/') {
    return ProgramCache(fs::path(cache) / "hbsan");
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return ProgramCache(fs::path(home) / ".cache/hbsan");
  }
  return absl::NotFoundError("no place for the cache: set XDG_CACHE_HOME or HOME");
}

std::optional<fs::path> ProgramCache::Find(const std::string& request,
                                           const std::string& name) const {
  const std::optional<std::set<fs::path>> inputs = ReadInputs(dir_ / request / kInputs);
  if (!inputs) return std::nullopt;
  fs::path program = dir_ / request / HashOfFiles(*inputs) / name;
  std::error_code error;
  if (!fs::exists(program, error)) return std::nullopt;
  fs::last_write_time(dir_ / request, fs::file_time_type::clock::now(), error);  // for Prune
  return program;
}

absl::StatusOr<fs::path> ProgramCache::Add(const std::string& request, const std::string& name,
                                           const Build& build) const {
  absl::StatusOr<fs::path> made = MakeTemporaryDir(dir_ / request);
  if (!made.ok()) return made.status();
  const Removal removal{*made};

  // The clock of the cache's file system, which may differ from the system's.
  std::error_code error;
  const fs::file_time_type start = fs::last_write_time(*made, error);
  absl::StatusOr<std::vector<fs::path>> read = build(*made);
  if (!read.ok()) return read.status();

  // A file that changed under the compiler's hands: nobody knows which content was read, so the
  // program gets a name that no content has.
  const std::set<fs::path> inputs(read->begin(), read->end());
  const bool known = !AnyNewerThan(inputs, start);
  const std::string content =
      known ? HashOfFiles(inputs) : absl::StrCat("unknown.", made->extension().string());
  const fs::path kept = dir_ / request / content;
  fs::rename(*made, kept, error);
  if (error && !fs::exists(kept / name)) return CannotWrite(dir_);
  if (!known) return kept / name;

  const fs::path list = dir_ / request / absl::StrCat(kInputs, made->extension().string());
  std::ofstream stream(list);
  for (const fs::path& file : inputs) stream << file.native() << "\n";
  stream.close();
  if (!stream) return CannotWrite(dir_);
  fs::rename(list, dir_ / request / kInputs, error);
  Prune();
  return kept / name;
}

void ProgramCache::Prune() const {
  std::error_code error;
  std::vector<std::pair<fs::file_time_type, fs::path>> requests;
  for (const fs::directory_entry& entry : fs::directory_iterator(dir_, error)) {
    requests.emplace_back(entry.last_write_time(error), entry.path());
  }
  if (requests.size() <= kRequestsKept) return;
  std::sort(requests.begin(), requests.end());
  requests.resize(requests.size() - kRequestsKept);
  for (const auto& [time, request] : requests) fs::remove_all(request, error);
}

}  // namespace hbsan::tools
