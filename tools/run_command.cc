#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/build_request.h"
#include "tools/commands.h"
#include "tools/content_hash.h"
#include "tools/driver.h"
#include "tools/process.h"
#include "tools/program_cache.h"
#include "tools/response_file.h"

namespace hbsan::tools {
namespace {

namespace fs = std::filesystem;
using Paths = std::vector<fs::path>;

// Environment variables that change what clang builds.
constexpr const char* kCompilerVariables[] = {
    "CPATH",        "C_INCLUDE_PATH",   "CPLUS_INCLUDE_PATH",
    "LIBRARY_PATH", "COMPILER_PATH",    "CLANG_CONFIG_FILE_USER_DIR",
    "TMPDIR",       "SOURCE_DATE_EPOCH"};

std::string HashOfRequest(const BuildRequest& request, const fs::path& clang,
                          const Layout& layout) {
  ContentHash hash;
  hash.Add("hbsan run 1");
  std::error_code error;
  hash.Add(fs::current_path(error).native());
  for (const std::string& arg : request.compiler_args) hash.Add(arg);
  for (const char* name : kCompilerVariables) {
    const char* value = std::getenv(name);
    hash.Add(value == nullptr ? "" : value);
  }
  const fs::path compiler = fs::canonical(clang, error);
  hash.AddFile(compiler);
  hash.AddFile(layout.Plugin());
  hash.AddFile(layout.Runtime());
  return hash.Hex();
}

// The files in the list that clang (CC_PRINT_HEADERS_FILE) leaves, one a line.
void AddHeaders(const fs::path& list, Paths& files) {
  std::ifstream stream(list);
  for (std::string line; std::getline(stream, line);) files.push_back(fs::absolute(line));
}

// The files in a linker's dependency file: a Makefile rule, one file a line. What the compiler left
// for the linker alone is gone by now.
void AddLinked(const fs::path& rule, Paths& files) {
  std::ifstream stream(rule);
  std::error_code error;
  for (std::string word; stream >> word;) {
    if (word == "\\" || absl::EndsWith(word, ":")) continue;
    const fs::path file = fs::absolute(word);
    if (fs::exists(file, error)) files.push_back(file);
  }
}

// Compiles into `dir`; the files that the compiler and the linker read.
absl::StatusOr<Paths> Build(const BuildRequest& request, const fs::path& clang,
                            const std::string& name, const fs::path& dir, const Layout& layout) {
  std::vector<std::string> args = request.compiler_args;
  args.insert(args.end(), {"-o", (dir / name).string()});
  const auto uses_gold = [](const std::string& arg) { return arg == "-fuse-ld=gold"; };
  const fs::path linked = dir / "linked";
  if (std::none_of(args.begin(), args.end(), uses_gold)) {
    args.insert(args.end(), {"-Xlinker", "--dependency-file=" + linked.string()});
  }
  absl::StatusOr<std::vector<std::string>> translated = TranslateForClang(args, layout);
  if (!translated.ok()) return translated.status();
  std::vector<std::string> command = {clang.string()};
  command.insert(command.end(), translated->begin(), translated->end());

  const fs::path headers = dir / "headers";
  const int status =
      RunAndWait(command, {{"CC_PRINT_HEADERS", "1"}, {"CC_PRINT_HEADERS_FILE", headers.string()}});
  if (status != 0) return absl::AbortedError("");  // The compiler said why.
  if (!fs::exists(dir / name)) {
    return absl::InvalidArgumentError("the compiler left no program to run; see hbsan c++");
  }
  Paths files;
  for (const std::string& input : request.inputs) files.push_back(fs::absolute(input));
  AddHeaders(headers, files);
  AddLinked(linked, files);
  return files;
}

}  // namespace

absl::Status BuildCommand(const std::vector<std::string>& args, const Layout& layout) {
  absl::StatusOr<BuildRequest> request = ReadBuildRequest(args);
  if (!request.ok()) return request.status();
  if (request->output.empty() && request->links) {
    request->output = fs::path(request->inputs.front()).stem();
  }
  std::vector<std::string> compiler_args = request->compiler_args;
  if (!request->output.empty()) {
    compiler_args.insert(compiler_args.end(), {"-o", request->output});
  }
  return ExecCompiler(request->language, compiler_args, layout);
}

absl::Status RunCommand(const std::vector<std::string>& args, bool rebuild, const Layout& layout) {
  absl::StatusOr<BuildRequest> request = ReadBuildRequest(args);
  if (!request.ok()) return request.status();
  if (!request->output.empty() || !request->links) {
    return absl::InvalidArgumentError(
        "run links a program and runs it; hbsan build takes -o, -c and the like");
  }
  absl::StatusOr<fs::path> clang = FindClang(request->language);
  if (!clang.ok()) return clang.status();
  absl::StatusOr<ProgramCache> cache = ProgramCache::OfUser();
  if (!cache.ok()) return cache.status();

  const std::string name = fs::path(request->inputs.front()).stem();
  const std::string hash = HashOfRequest(*request, *clang, layout);
  std::optional<fs::path> program;
  if (!rebuild) program = cache->Find(hash, name);
  if (!program) {
    absl::StatusOr<fs::path> added = cache->Add(hash, name, [&](const fs::path& dir) {
      return Build(*request, *clang, name, dir, layout);
    });
    if (!added.ok()) return added.status();
    program = *added;
  }
  return ExecProgram(*program, program->string(), request->program_args);
}

}  // namespace hbsan::tools
