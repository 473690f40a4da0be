#include "tools/sanitizer_args.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace hbsan::tools {
namespace {

constexpr std::array kListOptions = {
    "-fsanitize=",      "-fno-sanitize=",         "-fsanitize-recover=",
    "-fsanitize-trap=", "-fno-sanitize-recover=", "-fno-sanitize-trap=",
};

// Options whose value is the next argument and could be mistaken for an option or for an input.
constexpr std::array<std::string_view, 34> kSeparateValue = {"-o",
                                                             "-x",
                                                             "-D",
                                                             "-U",
                                                             "-I",
                                                             "-L",
                                                             "-l",
                                                             "-T",
                                                             "-u",
                                                             "-z",
                                                             "-e",
                                                             "-B",
                                                             "-F",
                                                             "-MF",
                                                             "-MT",
                                                             "-MQ",
                                                             "-Xclang",
                                                             "-Xlinker",
                                                             "-mllvm",
                                                             "-target",
                                                             "-include",
                                                             "-Xassembler",
                                                             "-Xpreprocessor",
                                                             "-isystem",
                                                             "-iquote",
                                                             "-idirafter",
                                                             "-imacros",
                                                             "-isysroot",
                                                             "--sysroot",
                                                             "-iprefix",
                                                             "-iwithprefix",
                                                             "-resource-dir",
                                                             "--param",
                                                             "-include-pch"};

struct SanitizerList {
  std::string option;
  std::vector<std::string> words;
};

std::optional<SanitizerList> AsSanitizerList(std::string_view arg) {
  for (std::string_view option : kListOptions) {
    if (!arg.starts_with(option)) continue;
    const std::string list(arg.substr(option.size()));
    return SanitizerList{std::string(option), absl::StrSplit(list, ',', absl::SkipEmpty())};
  }
  return std::nullopt;
}

// Calls `edit` on each sanitizer list of `args` that it changes the words of; lists left empty go.
std::vector<std::string> EditLists(const std::vector<std::string>& args,
                                   const std::function<void(std::vector<std::string>&)>& edit) {
  std::vector<std::string> out;
  for (size_t i = 0; i < args.size(); ++i) {
    std::optional<SanitizerList> list = AsSanitizerList(args[i]);
    if (!list || list->words.empty()) {
      out.push_back(args[i]);
      if (ArgumentsOf(args[i]) == 2 && i + 1 < args.size()) out.push_back(args[++i]);
      continue;
    }
    edit(list->words);
    if (!list->words.empty()) {
      out.push_back(absl::StrCat(list->option, absl::StrJoin(list->words, ",")));
    }
  }
  return out;
}

}  // namespace

int ArgumentsOf(std::string_view arg) {
  return std::find(kSeparateValue.begin(), kSeparateValue.end(), arg) != kSeparateValue.end() ? 2
                                                                                              : 1;
}

SanitizerSet ReadSanitizers(const std::vector<std::string>& args) {
  SanitizerSet set;
  for (size_t i = 0; i < args.size(); i += ArgumentsOf(args[i])) {
    if (args[i] == "--") break;
    const std::optional<SanitizerList> list = AsSanitizerList(args[i]);
    if (!list) continue;
    const bool on = list->option == "-fsanitize=";
    if (!on && list->option != "-fno-sanitize=") continue;
    for (const std::string& word : list->words) {
      if (word == "race") {
        set.race = on;
      } else if (on) {
        set.others.insert(word);
      } else if (word == "all") {
        set = {};
      } else {
        set.others.erase(word);
      }
    }
  }
  return set;
}

std::vector<std::string> SpellRaceAsThread(const std::vector<std::string>& args) {
  return EditLists(args, [](std::vector<std::string>& words) {
    std::erase(words, "thread");
    std::replace(words.begin(), words.end(), std::string("race"), std::string("thread"));
  });
}

std::vector<std::string> DropRace(const std::vector<std::string>& args) {
  return EditLists(args, [](std::vector<std::string>& words) { std::erase(words, "race"); });
}

}  // namespace hbsan::tools
