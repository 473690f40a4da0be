#include "tools/driver.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/linker_words.h"
#include "tools/process.h"
#include "tools/response_file.h"
#include "tools/sanitizer_args.h"

namespace hbsan::tools {
namespace {

namespace fs = std::filesystem;
using Args = std::vector<std::string>;

// Sanitizers with a shadow memory or an allocator of their own.
constexpr std::array<std::string_view, 14> kIncompatible = {
    "address",       "dataflow",  "hwaddress",  "kernel-address", "kernel-hwaddress",
    "kernel-memory", "leak",      "memory",     "memtag-globals", "memtag-heap",
    "memtag-stack",  "numerical", "safe-stack", "scudo"};

// Sanitizers that need nothing of UBSan's runtime.
constexpr std::array<std::string_view, 4> kWithoutUbsanRuntime = {"fuzzer", "fuzzer-no-link",
                                                                  "kcfi", "shadow-call-stack"};

template <typename List>
bool Contains(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

absl::Status Unsupported(const std::string& what, const char* why) {
  return absl::InvalidArgumentError(
      absl::StrCat(what, " cannot be combined with -fsanitize=race: ", why));
}

bool NeverLinks(const Args& args) {
  constexpr std::array<std::string_view, 7> kStopBeforeLink = {
      "-c", "-S", "-E", "-fsyntax-only", "-M", "-MM", "--precompile"};
  return std::any_of(args.begin(), args.end(),
                     [&](const std::string& arg) { return Contains(kStopBeforeLink, arg); });
}

absl::Status CheckTarget(const std::string& triple) {
  if (absl::StartsWith(triple, "x86_64") && absl::StrContains(triple, "linux") &&
      !absl::StrContains(triple, "x32")) {
    return absl::OkStatus();
  }
  return Unsupported(absl::StrCat("target ", triple), "only x86_64 Linux is supported");
}

absl::Status CheckSupported(const Args& args, const SanitizerSet& sanitizers) {
  for (const std::string& other : sanitizers.others) {
    if (other == "thread") {
      return Unsupported("-fsanitize=thread", "both detect data races; choose one");
    }
    if (Contains(kIncompatible, other)) {
      return Unsupported(absl::StrCat("-fsanitize=", other), "each needs the address space");
    }
  }
  for (size_t i = 0; i < args.size(); i += ArgumentsOf(args[i])) {
    const std::string& arg = args[i];
    if (arg == "-m32" || arg == "-mx32" || arg == "-m16") {
      return Unsupported(arg, "only x86_64 Linux is supported");
    }
    if ((arg == "-static" || arg == "--static" || arg == "-static-pie") && !NeverLinks(args)) {
      return Unsupported(arg, "the runtime has to stand in front of a shared libc");
    }
    if (arg == "-shared-libsan" || arg == "-shared-libasan") {
      return Unsupported(arg, "the runtime is a static library");
    }
    if (absl::StartsWith(arg, "-resource-dir")) {
      return Unsupported("-resource-dir", "hbsan brings its own");
    }
    absl::Status target;
    if (absl::StartsWith(arg, "--target=")) target = CheckTarget(arg.substr(sizeof "--target"));
    if (arg == "-target" && i + 1 < args.size()) target = CheckTarget(args[i + 1]);
    if (!target.ok()) return target;
  }
  return absl::OkStatus();
}

// What the linker needs for UBSan's checks beside race detection. clang links no UBSan runtime when
// it links ThreadSanitizer's, which has one built in; ours has not. A plain archive gives a program
// what it uses, and nothing to one that is not linked now.
absl::StatusOr<Args> UbsanRuntime(const SanitizerSet& sanitizers, const Layout& layout) {
  const bool needed =
      std::any_of(sanitizers.others.begin(), sanitizers.others.end(),
                  [](const std::string& other) { return !Contains(kWithoutUbsanRuntime, other); });
  if (!needed) return Args{};
  Args args;
  for (const char* name : {"ubsan_standalone_cxx", "ubsan_standalone"}) {
    const fs::path archive = layout.ClangRuntime(name);
    if (!fs::exists(archive)) {
      return absl::NotFoundError(
          "UBSan's runtime is not installed: it is in Debian's package libclang-rt-19-dev");
    }
    const std::string exported = absl::StrCat("--dynamic-list=", archive.string(), ".syms");
    args.insert(args.end(), {"-Xlinker", archive.string(), "-Xlinker", exported});
  }
  return args;
}

// The library gosync: its headers are found, and what a program uses of its archive is linked.
struct GosyncArgs {
  Args compile, link;
};
GosyncArgs Gosync(const Layout& layout) {
  if (!fs::exists(layout.Gosync())) return {};
  return {{"-isystem", layout.IncludeDir().string()}, {"-Xlinker", layout.Gosync().string()}};
}

void AppendUnlessUnused(Args& out, const Args& args) {
  if (args.empty()) return;
  out.push_back("--start-no-unused-arguments");
  out.insert(out.end(), args.begin(), args.end());
  out.push_back("--end-no-unused-arguments");
}

}  // namespace

absl::StatusOr<Args> TranslateForClang(const Args& args, const Layout& layout) {
  absl::StatusOr<Args> expanded = ExpandResponseFiles(args);
  if (!expanded.ok()) return expanded.status();
  const SanitizerSet sanitizers = ReadSanitizers(*expanded);
  if (!sanitizers.race) {
    Args without = DropRace(*expanded);
    return without == *expanded ? args : without;
  }
  if (absl::Status status = CheckSupported(*expanded, sanitizers); !status.ok()) return status;
  absl::StatusOr<Args> ubsan = UbsanRuntime(sanitizers, layout);
  if (!ubsan.ok()) return ubsan.status();

  const GosyncArgs gosync = Gosync(layout);
  Args out = {"-resource-dir=" + layout.ResourceDir().string()};
  AppendUnlessUnused(out, {"-fpass-plugin=" + layout.Plugin().string()});
  AppendUnlessUnused(out, gosync.compile);
  const Args rest = AllowUndefinedSymbols(SpellRaceAsThread(*expanded));
  out.insert(out.end(), rest.begin(), rest.end());
  if (LinksRelocatable(rest)) {
    out.push_back("-fno-sanitize-link-runtime");
    return out;
  }
  if (!HasInputToLink(rest)) return out;
  AppendUnlessUnused(out, *ubsan);
  // After the program's objects.
  AppendUnlessUnused(out, gosync.link);
  return out;
}

absl::Status ExecCompiler(Language language, const Args& args, const Layout& layout) {
  absl::StatusOr<Args> translated = TranslateForClang(args, layout);
  if (!translated.ok()) return translated.status();
  absl::StatusOr<fs::path> clang = FindClang(language);
  if (!clang.ok()) return clang.status();
  return ExecTool(*clang, *translated);
}

}  // namespace hbsan::tools
