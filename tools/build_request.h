// The arguments of `hbsan run` and `hbsan build`: compiler flags, inputs, and what follows `--`.
#ifndef HBSAN_TOOLS_BUILD_REQUEST_H_
#define HBSAN_TOOLS_BUILD_REQUEST_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/layout.h"

namespace hbsan::tools {

struct BuildRequest {
  Language language = Language::kC;
  // For the compiler, in the user's order, after our defaults; without any -o.
  std::vector<std::string> compiler_args;
  std::vector<std::string> inputs;
  // The value of -o; empty if there is none.
  std::string output;
  // Whether the command line ends before linking (-c, -S, -E, ...).
  bool links = true;
  std::vector<std::string> program_args;
};

// Reads the arguments, response files expanded. The language is C if all sources are, else C++, in
// which case C sources are still compiled as C (and without any, C++20 is the default). Fails, with
// one line for the user, if there is no input, or one is missing.
absl::StatusOr<BuildRequest> ReadBuildRequest(const std::vector<std::string>& args);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_BUILD_REQUEST_H_
