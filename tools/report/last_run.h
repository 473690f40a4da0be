// The races of the last `hbsan test`, kept in the user's cache for `hbsan explain`.
#ifndef HBSAN_TOOLS_REPORT_LAST_RUN_H_
#define HBSAN_TOOLS_REPORT_LAST_RUN_H_

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "tools/report/race_set.h"

namespace hbsan::tools {

// Where they are: `hbsan report`'s JSON lines.
absl::StatusOr<std::filesystem::path> LastRunFile();

// Replaces what is kept.
absl::Status KeepForExplain(const RaceSet& races);

// The working directory; paths below it are shown relative.
std::string CurrentDirectory();

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_LAST_RUN_H_
