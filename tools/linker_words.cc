#include "tools/linker_words.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "absl/strings/str_split.h"
#include "tools/sanitizer_args.h"

namespace hbsan::tools {
namespace {

constexpr std::string_view kListPrefix = "-Wl,";

// The linker words that the option at args[i] stands for; none if it is no linker option.
std::vector<std::string> LinkerWordsAt(const std::vector<std::string>& args, size_t i) {
  const std::string_view arg = args[i];
  if (arg.starts_with(kListPrefix)) {
    return absl::StrSplit(args[i].substr(kListPrefix.size()), ',');
  }
  if (i + 1 == args.size()) return {};
  if (arg == "-Xlinker") return {args[i + 1]};
  if (arg == "-z") return {"-z", args[i + 1]};
  return {};
}

bool ForbidsUndefined(std::string_view word) {
  return word == "--no-undefined" || word == "-no-undefined" || word == "-zdefs";
}

// By the suffixes that clang precompiles.
bool HasHeaderName(std::string_view path) {
  constexpr std::array<std::string_view, 6> kSuffixes = {".h", ".H", ".hh", ".hp", ".hpp", ".hxx"};
  return std::any_of(kSuffixes.begin(), kSuffixes.end(),
                     [&](std::string_view suffix) { return path.ends_with(suffix); });
}

}  // namespace

bool HasInputToLink(const std::vector<std::string>& args) {
  std::string_view language = "none";
  for (size_t i = 0; i < args.size(); i += ArgumentsOf(args[i])) {
    const std::string_view arg = args[i];
    if (arg == "-x" && i + 1 < args.size()) {
      language = args[i + 1];
    } else if (arg.starts_with("-x")) {
      language = arg.substr(2);
    }
    const bool option = arg.starts_with("-") && arg != "-";
    const bool header = language == "none" ? HasHeaderName(arg) : language.ends_with("-header");
    if (!option && !header) return true;
  }
  return false;
}

bool LinksRelocatable(const std::vector<std::string>& args) {
  for (size_t i = 0; i < args.size(); i += ArgumentsOf(args[i])) {
    if (args[i] == "-r") return true;
    const std::vector<std::string> words = LinkerWordsAt(args, i);
    const auto relocatable = [](const std::string& word) {
      return word == "-r" || word == "-i" || word == "--relocatable";
    };
    if (std::any_of(words.begin(), words.end(), relocatable)) return true;
  }
  return false;
}

std::vector<std::string> AllowUndefinedSymbols(const std::vector<std::string>& args) {
  std::vector<std::string> out;
  bool found = false;
  bool after_z = false;  // The last linker word was -z, held back until its value is seen.
  const auto add_word = [&](const std::string& word) {
    if (after_z && word == "defs") {
      found = true;
    } else if (after_z) {
      out.insert(out.end(), {"-Xlinker", "-z", "-Xlinker", word});
    } else if (ForbidsUndefined(word)) {
      found = true;
    } else if (word != "-z") {
      out.insert(out.end(), {"-Xlinker", word});
    }
    after_z = !after_z && word == "-z";
  };
  for (size_t i = 0; i < args.size(); ++i) {
    const std::vector<std::string> words = LinkerWordsAt(args, i);
    std::for_each(words.begin(), words.end(), add_word);
    if (words.empty()) out.push_back(args[i]);
    if (ArgumentsOf(args[i]) == 2 && i + 1 < args.size()) {
      ++i;
      if (words.empty()) out.push_back(args[i]);
    }
  }
  return found ? out : args;
}

}  // namespace hbsan::tools
