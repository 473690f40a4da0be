// Running other programs.
#ifndef HBSAN_TOOLS_PROCESS_H_
#define HBSAN_TOOLS_PROCESS_H_

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace hbsan::tools {

// The shell's convention for a wait status: the exit status, or 128 + the signal's number.
int ExitCodeOf(int wait_status);

// Becomes `program` with `args`; args[0] of the new process is `name`. Returns only on failure.
absl::Status ExecProgram(const std::filesystem::path& program, const std::string& name,
                         const std::vector<std::string>& args);

// Becomes a compiler tool that understands response files: arguments too long for the system go
// through one, kept in memory.
absl::Status ExecTool(const std::filesystem::path& tool, std::vector<std::string> args);

// Environment variables to set for a child.
using Settings = std::vector<std::pair<std::string, std::string>>;

// Runs `command` (found through PATH) and waits for it; its ExitCodeOf. Interrupts from the
// terminal go to the child, and this process goes on to report about it. A command that cannot be
// started is 127, as in a shell, after one line on stderr.
int RunAndWait(const std::vector<std::string>& command, const Settings& settings = {});

// Runs `command` with `input` as its standard input, and waits; what it printed. Fails if it does.
absl::StatusOr<std::string> RunWithInput(const std::vector<std::string>& command,
                                         const std::string& input);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_PROCESS_H_
