// The compiler wrapper: what `hbsan c++ ARGS` and `hbsan-c++ ARGS` run.
//
// Without -fsanitize=race the command is clang's, argument for argument. With it, clang gets
//   - its own -fsanitize=thread in race's place, for the front end's half of the work,
//   - our pass plugin, which instruments before clang's ThreadSanitizer pass can,
//   - a resource directory in which ThreadSanitizer's runtime is ours (see layout.h).
// clang's driver then treats every shape of command line as it always does.
#ifndef HBSAN_TOOLS_DRIVER_H_
#define HBSAN_TOOLS_DRIVER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/layout.h"

namespace hbsan::tools {

// The arguments for clang that do what `args` ask for. Fails, with one line for the user, on what
// cannot be combined with race detection.
absl::StatusOr<std::vector<std::string>> TranslateForClang(const std::vector<std::string>& args,
                                                           const Layout& layout);

// Becomes clang. Returns only if it cannot.
absl::Status ExecCompiler(Language language, const std::vector<std::string>& args,
                          const Layout& layout);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_DRIVER_H_
