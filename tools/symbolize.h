// Completing the frames of a report that are only module+offset.
#ifndef HBSAN_TOOLS_SYMBOLIZE_H_
#define HBSAN_TOOLS_SYMBOLIZE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace hbsan::tools {

// A place in a module, as a report names it.
struct ModuleOffset {
  std::string module;
  uint64_t offset = 0;
  auto operator<=>(const ModuleOffset&) const = default;
};

struct SourceFrame {
  std::string function;
  std::string location;  // file:line:column
};

// The frames at a place: what was inlined there, innermost first, and then the function.
using SourceFrames = std::map<ModuleOffset, std::vector<SourceFrame>>;

// The places that unfinished frame lines, `#N (module+0xoffset) ...`, of `report` name.
std::vector<ModuleOffset> UnfinishedFrames(const std::string& report);

// What llvm-symbolizer reads on standard input for `places`.
std::string SymbolizerInput(const std::vector<ModuleOffset>& places);

// Reads what llvm-symbolizer printed for `places`; those it knows nothing about are left out.
SourceFrames ReadSymbolizerOutput(const std::vector<ModuleOffset>& places,
                                  const std::string& output);

// `report` with the unfinished frames that `frames` knows completed. Inlined frames get lines and
// numbers of their own.
std::string CompleteFrames(const std::string& report, const SourceFrames& frames);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_SYMBOLIZE_H_
