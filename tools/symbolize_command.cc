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
  absl::StatusOr<std::filesystem::path> symbolizer = FindLlvmTool("llvm-symbolizer-19");
  if (!symbolizer.ok()) return symbolizer.status();
  absl::StatusOr<std::string> output =
      RunWithInput({symbolizer->string(), "--functions", "--inlines"}, SymbolizerInput(places));
  if (!output.ok()) return output.status();
  std::cout << CompleteFrames(report, ReadSymbolizerOutput(places, *output));
  return 0;
}

}  // namespace hbsan::tools
