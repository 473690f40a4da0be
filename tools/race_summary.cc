#include "tools/race_summary.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace hbsan::tools {
namespace {

using Json = nlohmann::json;

constexpr size_t kProgramsNamed = 5;

std::string Text(const Json& object, const char* name) {
  const auto field = object.find(name);
  return field != object.end() && field->is_string() ? field->get<std::string>() : "";
}

int64_t Number(const Json& object, const char* name) {
  const auto field = object.find(name);
  return field != object.end() && field->is_number() ? field->get<int64_t>() : 0;
}

const Json& List(const Json& object, const char* name) {
  static const Json empty = Json::array();
  const auto field = object.find(name);
  return field != object.end() && field->is_array() ? *field : empty;
}

// A frame in the program's own sources, as far as one can tell.
bool IsUserFrame(const Json& frame) {
  const std::string file = Text(frame, "file");
  return !file.empty() && !file.starts_with("/usr/") && !file.starts_with("./nptl/");
}

// `function file:line` of a stack's innermost user frame; else of its innermost frame.
std::string Place(const Json& stack) {
  if (stack.empty()) return "unknown";
  auto frame = std::find_if(stack.begin(), stack.end(), IsUserFrame);
  if (frame == stack.end()) frame = stack.begin();
  const std::string function = Text(*frame, "function");
  const std::string file = Text(*frame, "file");
  if (file.empty()) {
    return absl::StrCat(function.empty() ? "unknown" : function, " (", Text(*frame, "module"), "+",
                        Text(*frame, "offset"), ")");
  }
  return absl::StrCat(function, " ", file, ":", Number(*frame, "line"));
}

std::string AccessLine(const Json& access) {
  return absl::StrCat(Text(access, "kind"), " of ", Number(access, "size"), " bytes in ",
                      Place(List(access, "stack")));
}

// Whose code a stack shows: its innermost module that is no shared library.
std::string ProgramOf(const Json& stack) {
  for (const Json& frame : stack) {
    const std::string module = Text(frame, "module");
    if (!module.empty() && !absl::StrContains(module, ".so")) {
      return std::filesystem::path(module).filename();
    }
  }
  return "";
}

// ` on ...` for what lives at a race's address, if it has a name or a size.
std::string Where(const Json& report) {
  const auto location = report.find("location");
  if (location == report.end()) return "";
  const std::string kind = Text(*location, "kind"), name = Text(*location, "name");
  if (!name.empty()) return absl::StrCat(" on ", kind, " '", name, "'");
  if (kind != "heap") return "";
  return absl::StrCat(" on a heap block of ", Number(*location, "size"), " bytes");
}

std::string Plural(size_t n, const char* one, const char* many) {
  return absl::StrCat(n, " ", n == 1 ? one : many);
}

}  // namespace

void RaceSummary::Add(std::string_view json_line) {
  const Json report = Json::parse(json_line, nullptr, /*allow_exceptions=*/false);
  if (!report.is_object()) {
    ++unreadable_;
    return;
  }
  if (Text(report, "type") != "report") return;

  // A misuse of an API has one stack, a race one for each access.
  Race race;
  std::vector<Json> stacks;
  for (const Json& access : List(report, "accesses")) {
    race.lines.push_back(AccessLine(access));
    stacks.push_back(List(access, "stack"));
  }
  if (stacks.empty()) {
    stacks.push_back(List(report, "stack"));
    race.lines.push_back("in " + Place(stacks.back()));
  }
  race.what = Text(report, "kind") + Where(report);
  race.explanation = Text(report, "explanation");

  std::vector<std::string> places;
  for (const Json& stack : stacks) places.push_back(Place(stack));
  std::sort(places.begin(), places.end());
  const std::string identity =
      absl::StrCat(Text(report, "kind"), "\n", absl::StrJoin(places, "\n"));
  Race& known = races_.try_emplace(identity, std::move(race)).first->second;
  const int pid = static_cast<int>(Number(report, "pid"));
  const std::string program = ProgramOf(stacks.front());
  if (!program.empty()) known.programs.insert(program);
  known.processes.insert(pid);
  processes_.insert(pid);
  ++known.reports;
  ++reports_;
}

void RaceSummary::PrintRace(std::ostream& out, size_t number, const Race& race) const {
  out << "\n"
      << number << ". " << race.what << ", " << Plural(race.reports, "report", "reports")
      << " from " << Plural(race.processes.size(), "process", "processes");
  if (!race.programs.empty()) {
    const size_t named = std::min(race.programs.size(), kProgramsNamed);
    const auto end = std::next(race.programs.begin(), named);
    out << " of " << absl::StrJoin(race.programs.begin(), end, ", ");
    if (named < race.programs.size()) out << " and " << race.programs.size() - named << " more";
  }
  out << "\n";
  for (const std::string& line : race.lines) out << "     " << line << "\n";
  if (!race.explanation.empty()) out << "     nothing orders them: " << race.explanation << "\n";
}

void RaceSummary::Print(std::ostream& out, int command_status) const {
  std::multimap<size_t, const Race*, std::greater<>> by_frequency;
  for (const auto& [identity, race] : races_) by_frequency.emplace(race.reports, &race);
  if (!by_frequency.empty()) out << "\n==== hbsan: what the tests' processes reported\n";
  size_t number = 0;
  for (const auto& [reports, race] : by_frequency) PrintRace(out, ++number, *race);

  out << "\nhbsan test: ";
  if (races_.empty()) {
    out << "no races were reported";
  } else {
    out << Plural(races_.size(), "distinct race", "distinct races") << " in "
        << Plural(reports_, "report", "reports") << " from "
        << Plural(processes_.size(), "process", "processes");
  }
  if (unreadable_ != 0)
    out << ", " << Plural(unreadable_, "unreadable report", "unreadable reports");
  out << "; the test command ended with status " << command_status << "\n";
}

}  // namespace hbsan::tools
