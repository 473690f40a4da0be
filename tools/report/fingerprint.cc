#include "tools/report/fingerprint.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/content_hash.h"
#include "tools/report/frames.h"

namespace hbsan::tools {
namespace {

constexpr char kSeparator = '\n';
constexpr size_t kDigits = 16;

bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

std::string_view Flavour(std::string_view kind) {
  if (kind == "read" || kind == "write") return "plain";
  return kind.starts_with("atomic ") ? "atomic" : kind;
}

// What the program's innermost frame accesses or calls.
std::string Expression(const Stack& stack) {
  const Frame* place = TellingFrame(stack);
  if (place == nullptr) return "";
  return place->expression != 0 ? absl::StrCat("expression ", place->expression)
                                : absl::StrCat("column ", place->column);
}

std::string Side(const Access& access) {
  return absl::StrCat(std::string(Flavour(access.kind)), ":", Expression(access.stack), "\n",
                      FunctionsOf(access.stack));
}

std::string Object(const Location& at) {
  std::string object(at.kind);
  object += kSeparator;
  // Whether a local variable has a name depends on the debug information.
  if (!at.name.empty() && at.function.empty()) {
    object += StableName(at.name);
  } else if (at.kind == "heap") {
    object += FunctionsOf(at.stack);
  }
  return object;
}

}  // namespace

std::string StableName(std::string_view name) {
  name = name.substr(0, name.find(" [clone"));
  std::string stable;
  for (size_t i = 0; i < name.size(); ++i) {
    stable += name[i];
    // main::$_0::operator()(), main::'lambda0'(), {lambda()#1}, $_3
    const bool counter = name[i] == '#' || (name[i] == '_' && i > 0 && name[i - 1] == '$') ||
                         stable.ends_with("'lambda") || stable.ends_with("'unnamed");
    while (counter && i + 1 < name.size() && IsDigit(name[i + 1])) ++i;
  }
  // counter.3, Add.llvm.4711, account.0.1
  for (;;) {
    const size_t dot = stable.rfind('.');
    if (dot == std::string::npos || dot == 0) return stable;
    const std::string_view suffix = std::string_view(stable).substr(dot + 1);
    if (suffix.empty() || (!std::ranges::all_of(suffix, IsDigit) && suffix != "llvm"))
      return stable;
    stable.resize(dot);
  }
}

// A recursion's depth does not count.
std::string FunctionsOf(const Stack& stack) {
  std::vector<std::string> names;
  for (const Frame& frame : UserFrames(stack)) {
    if (frame.function.empty() && frame.module.empty()) continue;
    std::string name =
        frame.function.empty()
            ? absl::StrCat(std::string(BaseName(frame.module)), "+", absl::Hex(frame.offset))
            : absl::StrCat(StableName(frame.function), "@", std::string(BaseName(frame.file)));
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  return names.empty() ? "" : absl::StrJoin(names, "\n") + "\n";
}

bool HasFingerprint(const Race& race, std::string_view prefix) {
  return race.fingerprint.starts_with(prefix) ||
         std::ranges::any_of(race.aliases,
                             [&](const std::string& alias) { return alias.starts_with(prefix); });
}

std::string FingerprintOf(const Race& race) {
  std::vector<std::string> sides;
  for (const Access& access : race.accesses) sides.push_back(Side(access));
  std::ranges::sort(sides);
  if (sides.empty()) sides.push_back(FunctionsOf(race.stack));
  ContentHash hash;
  hash.Add("hbsan race 1");
  hash.Add(race.kind);
  for (const std::string& side : sides) hash.Add(side);
  hash.Add(Object(race.location));
  return hash.Hex().substr(0, kDigits);
}

}  // namespace hbsan::tools
