// Programs that were built before, found by content.
//
//   <cache>/<request>/inputs             the files that the last build of this request read
//   <cache>/<request>/<content>/<name>   the program built from those files' content
//
// `request` is a hash of everything that a build is asked for; `content` one of every file it read:
// sources, headers, libraries. A file that would be read only now, because an #include or a -l
// finds it earlier on its path than the file it found then, is not noticed.
//
// Any number of processes may use one cache: everything appears by rename(2), complete.
#ifndef HBSAN_TOOLS_PROGRAM_CACHE_H_
#define HBSAN_TOOLS_PROGRAM_CACHE_H_

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace hbsan::tools {

class ProgramCache {
 public:
  // $XDG_CACHE_HOME/hbsan or ~/.cache/hbsan.
  static absl::StatusOr<ProgramCache> OfUser();

  explicit ProgramCache(std::filesystem::path dir) : dir_(std::move(dir)) {}

  // The program that an earlier build of `request` left, if all files it read are as they were.
  std::optional<std::filesystem::path> Find(const std::string& request,
                                            const std::string& name) const;

  // Builds a program into the given new directory and returns the files it read.
  using Build = std::function<absl::StatusOr<std::vector<std::filesystem::path>>(
      const std::filesystem::path& dir)>;

  // Calls `build`, which leaves `name` in its directory, and keeps what it built.
  absl::StatusOr<std::filesystem::path> Add(const std::string& request, const std::string& name,
                                            const Build& build) const;

 private:
  // Deletes the requests least recently used, down to a fixed number of them.
  void Prune() const;

  std::filesystem::path dir_;
};

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_PROGRAM_CACHE_H_
