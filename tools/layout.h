// Where the parts of hbsan are. The build tree and the install tree have one shape, and every part
// is found from the running command's own file, so either may be moved:
//
//   bin/hbsan  bin/hbsan-c++  bin/hbsan-cc       the command, and its two names as a compiler
//   lib/hbsan/hbsan-pass.so                      the instrumentation
//   lib/hbsan/libhbsan_rt.a{,.syms}              the runtime, and the symbols a program exports
//   lib/hbsan/libhbsan_gosync.a, include/gosync/  the library of goroutines and channels
//   lib/hbsan/gtest_listener.cc, include/hbsan/  what test programs and annotations use
//   lib/hbsan/clang/                             clang's resource directory with our runtime in it
#ifndef HBSAN_TOOLS_LAYOUT_H_
#define HBSAN_TOOLS_LAYOUT_H_

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"

namespace hbsan::tools {

// The language a compiler driver takes its inputs and its standard library from.
enum class Language { kC, kCxx };

class Layout {
 public:
  explicit Layout(std::filesystem::path root) : root_(std::move(root)) {}

  // The tree that the running command lives in. Needs no /proc.
  static absl::StatusOr<Layout> OfThisCommand();

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path Command() const { return root_ / "bin/hbsan"; }
  std::filesystem::path Plugin() const { return root_ / "lib/hbsan/hbsan-pass.so"; }
  std::filesystem::path Runtime() const { return root_ / "lib/hbsan/libhbsan_rt.a"; }
  // Maybe absent, if only the detector was built.
  std::filesystem::path Gosync() const { return root_ / "lib/hbsan/libhbsan_gosync.a"; }
  std::filesystem::path IncludeDir() const { return root_ / "include"; }
  // A mirror of clang's resource directory in which ThreadSanitizer's runtime is ours. clang itself
  // then decides where a runtime belongs (an executable) and where not (-shared, -c, -E, ...).
  std::filesystem::path ResourceDir() const { return root_ / "lib/hbsan/clang"; }
  // A runtime library of clang's own, such as "ubsan_standalone".
  std::filesystem::path ClangRuntime(const std::string& name) const;

 private:
  std::filesystem::path root_;
};

// The file `name` in one of PATH's directories, or in Debian's directory for LLVM 19 under the name
// it has there. The error says which package brings it.
absl::StatusOr<std::filesystem::path> FindLlvmTool(const std::string& name);

// The compiler driver, clang 19.
absl::StatusOr<std::filesystem::path> FindClang(Language language);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_LAYOUT_H_
