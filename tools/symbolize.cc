#include "tools/symbolize.h"

#include <filesystem>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

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

std::string SymbolizerInput(const std::vector<ModuleOffset>& places) {
  std::string input;
  for (const ModuleOffset& place : places) {
    absl::StrAppend(&input, "\"", place.module, "\" 0x", absl::Hex(place.offset), "\n");
  }
  return input;
}

// For each place: a line with a function and one with its location, repeated for what it is inlined
// into, then an empty line.
SourceFrames ReadSymbolizerOutput(const std::vector<ModuleOffset>& places,
                                  const std::string& output) {
  SourceFrames frames;
  std::istringstream stream(output);
  for (const ModuleOffset& place : places) {
    std::vector<SourceFrame> found;
    for (std::string function; std::getline(stream, function) && !function.empty();) {
      SourceFrame frame{function, ""};
      std::getline(stream, frame.location);
      if (frame.function != "??") found.push_back(std::move(frame));
    }
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
      const bool located = !absl::StartsWith(source.location, "??");
      absl::StrAppend(&out, frame->indentation, "#", frame->number + shift++, " ", source.function,
                      located ? " " + source.location : "", " ", ShortModule(*frame->unfinished),
                      "\n");
    }
    --shift;
  }
  return out;
}

}  // namespace hbsan::tools
