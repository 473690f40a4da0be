#include <iostream>

#include "absl/strings/str_cat.h"
#include "tools/commands.h"
#include "tools/report/fingerprint.h"
#include "tools/report/last_run.h"
#include "tools/report/log_files.h"
#include "tools/report/writers.h"

namespace hbsan::tools {

absl::StatusOr<int> ExplainCommand(const std::string& id, const std::vector<std::string>& logs) {
  std::vector<std::string> files = logs;
  if (files.empty()) {
    const absl::StatusOr<std::filesystem::path> last = LastRunFile();
    if (!last.ok()) return last.status();
    if (!std::filesystem::exists(*last)) {
      return absl::NotFoundError("there was no hbsan test yet: name the logs");
    }
    files.push_back(*last);
  }
  RaceSet races;
  LogFiles log_files(races);
  if (absl::Status read = log_files.Read(files); !read.ok()) return read;
  log_files.PrintProblems(std::cerr);
  races.RemoveIf([&](const Race& race) { return !HasFingerprint(race, id); });
  if (races.size() != 1) {
    return absl::NotFoundError(absl::StrCat(races.size() == 0 ? "no race" : "more than one race",
                                            " has a fingerprint that begins with ", id));
  }
  SourceFiles sources;
  const Race& race = *races.Sorted().front();
  std::cout << Title(race) << TestsPhrase(race) << "  [" << race.fingerprint << "]\n";
  PrintRace(race, CurrentDirectory(), "  ", std::cout, &sources);
  return 0;
}

}  // namespace hbsan::tools
