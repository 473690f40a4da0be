// What a clang command line says about sanitizers: `-fsanitize=race` and what surrounds it.
#ifndef HBSAN_TOOLS_SANITIZER_ARGS_H_
#define HBSAN_TOOLS_SANITIZER_ARGS_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hbsan::tools {

// The sanitizers that are on at the end of a command line, after every -fsanitize= and
// -fno-sanitize= in order.
struct SanitizerSet {
  bool race = false;
  std::set<std::string> others;
};

// How many arguments the option `arg` takes up: 2 if its value is an argument of its own (-o FILE,
// -Xlinker WORD), else 1.
int ArgumentsOf(std::string_view arg);

// Reads all of `args`, in which response files have been expanded.
SanitizerSet ReadSanitizers(const std::vector<std::string>& args);

// `args` with the word `race` of every sanitizer list replaced by clang's own `thread`, whose
// front-end half (attributes, __has_feature, ignorelists) race detection uses. A list that is empty
// without the user's own `thread`, which a later -fno-sanitize= had turned off, goes.
std::vector<std::string> SpellRaceAsThread(const std::vector<std::string>& args);

// `args` without the word `race` in any sanitizer list.
std::vector<std::string> DropRace(const std::vector<std::string>& args);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_SANITIZER_ARGS_H_
