#include "tools/symbolize.h"

#include <charconv>
#include <filesystem>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/layout.h"
#include "tools/process.h"

namespace hbsan::tools {
namespace {

// Any frame line: indentation, number, rest.
const std::regex& AnyFrame() {
  static const std::regex pattern(R"(^(\s*)#(\d+) (.*)$)");
  return pattern;
}

// The rest of an unfinished frame's line: `(module+0xoffset)` and what follows.
const std::regex& UnfinishedRest() {
  static const std::regex pattern(R"(^\((\S.*)\+0x([0-9a-f]+)\)(.*)$)");
  return pattern;
}

struct FrameLine {
  std::string indentation;
  int number = 0;
  std::string rest;
  std::optional<ModuleOffset> unfinished;
};

std::optional<FrameLine> ReadFrameLine(const std::string& line) {
  std::smatch match;
  if (!std::regex_match(line, match, AnyFrame())) return std::nullopt;
  FrameLine frame{match[1], std::stoi(match[2]), match[3], std::nullopt};
  if (std::regex_match(frame.rest, match, UnfinishedRest())) {
    frame.unfinished = ModuleOffset{match[1], std::stoull(match[2], nullptr, 16)};
  }
  return frame;
}

// How a finished frame names its module: by its last name only, and without its build id.
std::string ShortModule(const ModuleOffset& place) {
  return absl::StrCat("(", std::filesystem::path(place.module).filename().string(), "+0x",
                      absl::Hex(place.offset), ")");
}

// One of the lines `  Name: value` that follow a function's.
void ReadField(std::string_view line, SourceFrame& frame) {
  constexpr std::string_view kSeparator = ": ";
  const size_t end = line.find(kSeparator);
  if (end == std::string_view::npos) return;
  const std::string_view name = line.substr(0, end);
  const std::string_view value = line.substr(end + kSeparator.size());
  const auto read = [&](uint32_t& number) {
    std::from_chars(value.data(), value.data() + value.size(), number);
  };
  if (name == "  Line") read(frame.line);
  if (name == "  Column") read(frame.column);
  if (name == "  Discriminator") read(frame.expression);
  if (name == "  Filename" && value != "??") frame.file = value;
}

// file:line:column, or empty.
std::string Position(const SourceFrame& frame) {
  if (frame.file.empty()) return "";
  return absl::StrCat(" ", frame.file, ":", frame.line, ":", frame.column);
}

}  // namespace

std::vector<ModuleOffset> UnfinishedFrames(const std::string& report) {
  std::set<ModuleOffset> places;
  std::istringstream stream(report);
  for (std::string line; std::getline(stream, line);) {
    const std::optional<FrameLine> frame = ReadFrameLine(line);
    if (frame && frame->unfinished) places.insert(*frame->unfinished);
  }
  return {places.begin(), places.end()};
}

absl::StatusOr<SourceFrames> Symbolize(const std::vector<ModuleOffset>& places, SymbolKind kind) {
  const absl::StatusOr<std::filesystem::path> symbolizer = FindLlvmTool("llvm-symbolizer-19");
  if (!symbolizer.ok()) return symbolizer.status();
  const absl::StatusOr<std::string> output =
      RunWithInput({symbolizer->string(), "--functions", "--inlines", "--verbose"},
                   SymbolizerInput(places, kind));
  if (!output.ok()) return output.status();
  return ReadSymbolizerOutput(places, kind, *output);
}

std::string SymbolizerInput(const std::vector<ModuleOffset>& places, SymbolKind kind) {
  std::string input;
  for (const ModuleOffset& place : places) {
    absl::StrAppend(&input, kind == SymbolKind::kCode ? "CODE \"" : "DATA \"", place.module,
                    "\" 0x", absl::Hex(place.offset), "\n");
  }
  return input;
}

// For each place of code: a line with a function and indented ones about it, repeated for what it
// is inlined into; of data: a line with the name, and others. Then an empty line.
SourceFrames ReadSymbolizerOutput(const std::vector<ModuleOffset>& places, SymbolKind kind,
                                  const std::string& output) {
  SourceFrames frames;
  std::istringstream stream(output);
  for (const ModuleOffset& place : places) {
    std::vector<SourceFrame> found;
    for (std::string line; std::getline(stream, line) && !line.empty();) {
      if (!line.starts_with("  ")) {
        found.emplace_back().function = line;
      } else if (!found.empty()) {
        ReadField(line, found.back());
      }
    }
    if (kind == SymbolKind::kData && found.size() > 1) found.resize(1);
    std::erase_if(found, [](const SourceFrame& frame) { return frame.function == "??"; });
    if (!found.empty()) frames.emplace(place, std::move(found));
  }
  return frames;
}

std::string CompleteFrames(const std::string& report, const SourceFrames& frames) {
  std::string out;
  int shift = 0;  // How many inlined frames were added to this stack so far.
  std::istringstream stream(report);
  for (std::string line; std::getline(stream, line);) {
    const std::optional<FrameLine> frame = ReadFrameLine(line);
    if (!frame) {
      absl::StrAppend(&out, line, "\n");
      continue;
    }
    if (frame->number == 0) shift = 0;
    const auto known = frame->unfinished ? frames.find(*frame->unfinished) : frames.end();
    if (known == frames.end()) {
      absl::StrAppend(&out, frame->indentation, "#", frame->number + shift, " ", frame->rest, "\n");
      continue;
    }
    for (const SourceFrame& source : known->second) {
      absl::StrAppend(&out, frame->indentation, "#", frame->number + shift++, " ", source.function,
                      Position(source), " ", ShortModule(*frame->unfinished), "\n");
    }
    --shift;
  }
  return out;
}

}  // namespace hbsan::tools
