#include "tools/build_request.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "tools/response_file.h"
#include "tools/sanitizer_args.h"

namespace hbsan::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 7> kStopBeforeLink = {
    "-c", "-S", "-E", "-fsyntax-only", "-M", "-MM", "--precompile"};
constexpr std::array<std::string_view, 9> kCxxSuffixes = {".cc", ".cpp", ".cxx", ".c++", ".C",
                                                          ".CC", ".cp",  ".ii",  ".cppm"};

template <typename List>
bool Contains(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool IsCxxSource(const std::string& file) {
  return Contains(kCxxSuffixes, fs::path(file).extension().native());
}

bool IsCSource(const std::string& file) { return fs::path(file).extension() == ".c"; }

// In a C++ command line, compiles .c files as C where no -x says otherwise.
std::vector<std::string> MarkCSources(const std::vector<std::string>& args) {
  std::vector<std::string> out;
  bool by_suffix = true;
  for (size_t i = 0; i < args.size(); ++i) {
    if (args[i] == "-x" && i + 1 < args.size()) by_suffix = args[i + 1] == "none";
    const bool is_option = args[i].starts_with("-");
    if (!is_option && by_suffix && IsCSource(args[i])) {
      out.insert(out.end(), {"-x", "c", args[i], "-x", "none"});
      continue;
    }
    out.push_back(args[i]);
    if (ArgumentsOf(args[i]) == 2 && i + 1 < args.size()) out.push_back(args[++i]);
  }
  return out;
}

// C++20, which gosync needs, is the default where the whole command line is C++.
void AddDefaultStandard(BuildRequest& request) {
  std::vector<std::string>& args = request.compiler_args;
  const bool given = std::any_of(args.begin(), args.end(), [](const std::string& arg) {
    return arg.starts_with("-std=") || arg.starts_with("--std");
  });
  const bool has_c = std::any_of(request.inputs.begin(), request.inputs.end(), IsCSource);
  if (!given && !has_c) args.insert(args.begin(), "-std=gnu++20");
}

// Takes one option, or one input, at args[i] into `request`.
absl::Status ReadArgument(const std::vector<std::string>& args, size_t i, BuildRequest& request) {
  const std::string& arg = args[i];
  const bool has_value = ArgumentsOf(arg) == 2;
  if (has_value && i + 1 == args.size()) {
    return absl::InvalidArgumentError(absl::StrCat("option ", arg, " lacks its value"));
  }
  if (arg == "-o") {
    request.output = args[i + 1];
    return absl::OkStatus();
  }
  request.compiler_args.push_back(arg);
  if (has_value) request.compiler_args.push_back(args[i + 1]);
  if (Contains(kStopBeforeLink, arg)) request.links = false;
  if (arg == "-x" && args[i + 1].starts_with("c++")) request.language = Language::kCxx;
  if (arg.starts_with("-")) return absl::OkStatus();

  std::error_code error;
  if (!fs::exists(arg, error)) {
    return absl::NotFoundError(
        absl::StrCat(arg, ": no such file (the program's own arguments go after --)"));
  }
  if (fs::is_directory(arg, error)) {
    return absl::InvalidArgumentError(absl::StrCat(arg, ": is a directory"));
  }
  if (IsCxxSource(arg)) request.language = Language::kCxx;
  request.inputs.push_back(arg);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<BuildRequest> ReadBuildRequest(const std::vector<std::string>& args) {
  const auto separator = std::find(args.begin(), args.end(), "--");
  BuildRequest request;
  request.compiler_args = {"-g", "-O1", "-fsanitize=race"};
  if (separator != args.end()) request.program_args.assign(separator + 1, args.end());

  absl::StatusOr<std::vector<std::string>> own = ExpandResponseFiles({args.begin(), separator});
  if (!own.ok()) return own.status();
  for (size_t i = 0; i < own->size(); i += ArgumentsOf((*own)[i])) {
    absl::Status status = ReadArgument(*own, i, request);
    if (!status.ok()) return status;
  }
  if (request.inputs.empty()) return absl::InvalidArgumentError("no source file was named");
  if (request.language == Language::kCxx) {
    AddDefaultStandard(request);
    request.compiler_args = MarkCSources(request.compiler_args);
  }
  return request;
}

}  // namespace hbsan::tools
