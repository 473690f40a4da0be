#include <filesystem>
#include <iostream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tools/commands.h"
#include "tools/process.h"

namespace hbsan::tools {

absl::StatusOr<int> SelftestCommand(SelftestScope scope, const Layout& layout) {
  if (!std::filesystem::exists(layout.root() / "CTestTestfile.cmake")) {
    return absl::NotFoundError(
        "selftest runs in a checkout of hbsan: ./hbsan selftest builds the tests and runs them");
  }
  const unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::string> command = {"ctest",
                                      "--test-dir",
                                      layout.root().string(),
                                      "--output-on-failure",
                                      "--no-tests=error",
                                      "--parallel",
                                      absl::StrCat(jobs)};
  if (scope == SelftestScope::kQuick) command.insert(command.end(), {"--label-regex", "^unit$"});
  return RunAndWait(command);
}

}  // namespace hbsan::tools
