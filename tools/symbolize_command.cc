#include <fstream>
#include <iostream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "tools/commands.h"
#include "tools/process.h"
#include "tools/symbolize.h"

namespace hbsan::tools {

absl::StatusOr<int> SymbolizeCommand(const std::string& file) {
  std::ifstream stream;
  if (!file.empty()) stream.open(file);
  if (!stream || std::filesystem::is_directory(file)) {
    return absl::NotFoundError(absl::StrCat("cannot read ", file));
  }
  std::istream& in = file.empty() ? std::cin : stream;
  const std::string report{std::istreambuf_iterator<char>(in), {}};

  const std::vector<ModuleOffset> places = UnfinishedFrames(report);
  if (places.empty()) {
    std::cout << report;
    return 0;
  }
  const absl::StatusOr<SourceFrames> frames = Symbolize(places, SymbolKind::kCode);
  if (!frames.ok()) return frames.status();
  std::cout << CompleteFrames(report, *frames);
  return 0;
}

}  // namespace hbsan::tools
