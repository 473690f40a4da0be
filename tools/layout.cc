#include "tools/layout.h"

#include <sys/auxv.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace hbsan::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLlvmBinDir = "/usr/lib/llvm-19/bin";

const char* PackageOf(const std::string& tool) {
  if (tool == "clang-19" || tool == "clang++-19") return "clang-19";
  if (tool == "run-clang-tidy-19" || tool == "clang-tidy-19") return "clang-tidy-19";
  return "llvm-19";
}

bool IsExecutable(const fs::path& file) {
  std::error_code error;
  return fs::is_regular_file(file, error) && access(file.c_str(), X_OK) == 0;
}

}  // namespace

absl::StatusOr<Layout> Layout::OfThisCommand() {
  std::error_code error;
  fs::path self = fs::canonical("/proc/self/exe", error);
  if (error) {
    // No /proc: the kernel also passes the name that was executed.
    const auto* name = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
    self = fs::canonical(name == nullptr ? "" : name, error);
  }
  if (error) return absl::NotFoundError("cannot tell where the command's own file is");
  return Layout(self.parent_path().parent_path());
}

fs::path Layout::ClangRuntime(const std::string& name) const {
  return ResourceDir() / absl::StrCat("lib/linux/libclang_rt.", name, "-x86_64.a");
}

absl::StatusOr<fs::path> FindLlvmTool(const std::string& name) {
  const char* path = std::getenv("PATH");
  for (absl::string_view dir : absl::StrSplit(path == nullptr ? "" : path, ':')) {
    fs::path file = fs::path(std::string(dir)) / name;
    if (!dir.empty() && IsExecutable(file)) return file;
  }
  fs::path file = fs::path(kLlvmBinDir) / std::string(absl::StripSuffix(name, "-19"));
  if (IsExecutable(file)) return file;
  return absl::NotFoundError(absl::StrCat(name, " is not installed: it is in Debian's package ",
                                          PackageOf(name), " (apt-get install ", PackageOf(name),
                                          ")"));
}

absl::StatusOr<fs::path> FindClang(Language language) {
  return FindLlvmTool(language == Language::kC ? "clang-19" : "clang++-19");
}

}  // namespace hbsan::tools
