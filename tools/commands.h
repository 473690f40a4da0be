// The subcommands of `hbsan`. Each returns the command's exit status, or an error that main prints
// as one line; those that become another program return only if they cannot.
#ifndef HBSAN_TOOLS_COMMANDS_H_
#define HBSAN_TOOLS_COMMANDS_H_

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/layout.h"

namespace hbsan::tools {

// Exit status of a command that found data races; the runtime's default too.
constexpr int kRacesFound = 66;

// `hbsan build ARGS`: compiles and links with race detection on.
absl::Status BuildCommand(const std::vector<std::string>& args, const Layout& layout);

// `hbsan run ARGS`: builds through the cache, unless `rebuild`, and becomes the program.
absl::Status RunCommand(const std::vector<std::string>& args, bool rebuild, const Layout& layout);

struct TestOptions {
  std::vector<std::string> command;    // Empty: CTest.
  std::filesystem::path build_dir;     // Where CTest's tests are; empty: look for it.
  std::filesystem::path keep_reports;  // A directory for the collected JSON lines, or empty.
};

// `hbsan test`: runs a test command, and sums up the races that all its processes reported.
absl::StatusOr<int> TestCommand(const TestOptions& options);

struct ReportOptions {
  std::vector<std::string> logs;      // files, directories, "-"
  std::vector<std::string> formats;   // FORMAT or FORMAT=FILE; empty: text
  std::string baseline;               // a file of `--format json`; empty: none
  std::string function, file, test;   // regular expressions; empty: any
  std::string fingerprint;            // how it begins
  std::filesystem::path source_root;  // paths below it are shown relative; empty: here
};

// `hbsan report`: merges logs, and writes the distinct races.
absl::StatusOr<int> ReportCommand(const ReportOptions& options);

// `hbsan explain`: prints the race whose fingerprint begins with `id`, with all that is known of
// it, from `logs`; if there are none, from the last `hbsan test`.
absl::StatusOr<int> ExplainCommand(const std::string& id, const std::vector<std::string>& logs);

// `hbsan symbolize`: copies `file` (standard input if empty) to standard output, with each frame
// that is only module+offset completed.
absl::StatusOr<int> SymbolizeCommand(const std::string& file);

enum class SelftestScope { kQuick, kAll };

// `hbsan selftest`: runs hbsan's own tests from the build tree that holds this command.
absl::StatusOr<int> SelftestCommand(SelftestScope scope, const Layout& layout);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_COMMANDS_H_
