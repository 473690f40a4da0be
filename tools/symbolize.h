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
  std::string file;  // empty: unknown
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t expression = 0;  // Frame::expression (report/race.h)
};

// The frames at a place: what was inlined there, innermost first, and then the function.
using SourceFrames = std::map<ModuleOffset, std::vector<SourceFrame>>;

// The places that unfinished frame lines, `#N (module+0xoffset) ...`, of `report` name.
std::vector<ModuleOffset> UnfinishedFrames(const std::string& report);

// What llvm-symbolizer says of `places`, of code or of data; those that it knows nothing about are
// left out.
enum class SymbolKind { kCode, kData };
absl::StatusOr<SourceFrames> Symbolize(const std::vector<ModuleOffset>& places, SymbolKind kind);

// What a verbose llvm-symbolizer reads on standard input for `places`, and what it printed for
// them.
std::string SymbolizerInput(const std::vector<ModuleOffset>& places, SymbolKind kind);
SourceFrames ReadSymbolizerOutput(const std::vector<ModuleOffset>& places, SymbolKind kind,
                                  const std::string& output);

// `report` with the unfinished frames that `frames` knows completed. Inlined frames get lines and
// numbers of their own.
std::string CompleteFrames(const std::string& report, const SourceFrames& frames);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_SYMBOLIZE_H_
