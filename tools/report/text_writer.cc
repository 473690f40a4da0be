#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tools/report/frames.h"
#include "tools/report/names.h"
#include "tools/report/pattern.h"
#include "tools/report/writers.h"

namespace hbsan::tools {
namespace {

constexpr size_t kProgramsNamed = 5;
constexpr uint32_t kExcerptLines = 3;
constexpr size_t kColumns = 100;

std::string Capital(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

class RacePrinter {
 public:
  RacePrinter(const Race& race, const std::string& root, const std::string& indentation,
              std::ostream& out, SourceFiles* sources)
      : race_(race), root_(root), indentation_(indentation), out_(out), sources_(sources) {}

  void Print() {
    const char* previous = "";
    for (const Access& access : race_.accesses) {
      std::string phrase = AccessPhrase(access) + Held(access);
      Line(Capital(previous + phrase) + ":");
      previous = "previous ";
      PrintStack(access.stack);
      PrintExcerpt(access.stack);
    }
    if (race_.accesses.empty()) {
      Line("Call by " + std::string(race_.thread) + ":");
      PrintStack(race_.stack);
      PrintExcerpt(race_.stack);
    }
    PrintLocation();
    for (const Mutex& mutex : race_.mutexes) PrintMutex(mutex);
    for (const Thread& thread : race_.threads) PrintThread(thread);
    if (!race_.explanation.empty()) Prose("Nothing orders them: " + std::string(race_.explanation));
    if (const Pattern* pattern = RecognisePattern(race_)) {
      Prose("Pattern: " + std::string(pattern->name) + ". " + std::string(pattern->fix));
    }
  }

 private:
  void Line(const std::string& text) { out_ << indentation_ << text << "\n"; }

  // A sentence, in as many lines as it needs.
  void Prose(const std::string& text) {
    std::string line;
    for (const absl::string_view word : absl::StrSplit(text, ' ')) {
      if (!line.empty() && indentation_.size() + line.size() + 1 + word.size() > kColumns) {
        Line(line);
        line = " ";
      }
      absl::StrAppend(&line, line.empty() ? "" : " ", word);
    }
    Line(line);
  }

  void PrintStack(const Stack& stack) {
    const Stack shown = UserFrames(stack);
    for (size_t i = 0; i < shown.size(); ++i) {
      const std::string number = absl::StrCat("  #", i, " ");
      Frame nameless = shown[i];
      nameless.function = "";
      const std::string name = ShortName(shown[i].function);
      const size_t others = indentation_.size() + number.size() + 1 + Place(nameless, root_).size();
      const std::string fitted = Fitted(name, others < kColumns ? kColumns - others : 0);
      nameless.function = fitted;
      Line(number + Place(nameless, root_));
    }
  }

  void PrintExcerpt(const Stack& stack) {
    const Frame* frame = TellingFrame(stack);
    if (sources_ == nullptr || frame == nullptr) return;
    for (const SourceLine& line : sources_->Around(*frame, kExcerptLines, root_)) {
      Line(absl::StrFormat("  %s %5d | ", line.number == frame->line ? ">" : " ", line.number) +
           std::string(line.text));
    }
  }

  static std::string Held(const Access& access) {
    std::vector<std::string> names;
    for (const HeldMutex& held : access.mutexes) {
      names.push_back(absl::StrCat(held.shared ? "read M" : "write M", held.mutex));
    }
    return names.empty() ? "" : " (mutexes: " + absl::StrJoin(names, ", ") + ")";
  }

  void PrintLocation() {
    const Location& at = race_.location;
    if (at.kind.empty()) return;
    std::string line = absl::StrCat("Location is", ObjectPhrase(race_).substr(3));
    if (!at.name.empty() && at.size != 0) absl::StrAppend(&line, " of size ", at.size);
    if (!at.function.empty()) {
      absl::StrAppend(&line, ", on the stack of ", std::string(at.thread));
    }
    if (at.offset != 0) absl::StrAppend(&line, ", offset ", at.offset);
    if (at.freed) line += ", freed";
    if (!at.file.empty()) {
      absl::StrAppend(&line, ", declared at ", ShownPath(at.file, root_), ":", at.line);
    }
    if (at.stack.empty()) return Line(line);
    Line(absl::StrCat(line, at.kind == "heap" ? ", allocated by " : ", opened by ",
                      std::string(at.thread), ":"));
    PrintStack(at.stack);
  }

  void PrintMutex(const Mutex& mutex) {
    std::string line = absl::StrCat("Mutex M", mutex.number);
    if (!mutex.name.empty()) absl::StrAppend(&line, " '", std::string(mutex.name), "'");
    Line(line + (mutex.created ? " created at:" : " locked at:"));
    PrintStack(mutex.stack);
  }

  void PrintThread(const Thread& thread) {
    if (thread.created_by.empty()) return;
    std::string line = Capital(std::string(thread.who));
    if (!thread.name.empty()) absl::StrAppend(&line, " '", std::string(thread.name), "'");
    if (!thread.test.empty()) absl::StrAppend(&line, " of test ", std::string(thread.test));
    absl::StrAppend(&line, thread.running ? " (running)" : " (finished)", " created by ",
                    std::string(thread.created_by), " at:");
    Line(line);
    PrintStack(thread.created);
  }

  const Race& race_;
  const std::string& root_;
  const std::string& indentation_;
  std::ostream& out_;
  SourceFiles* sources_;
};

std::string Occurrences(const Race& race) {
  std::string text = Plural(race.reports, "report");
  if (!race.programs.empty()) {
    const size_t named = std::min(race.programs.size(), kProgramsNamed);
    const auto end = std::next(race.programs.begin(), static_cast<std::ptrdiff_t>(named));
    absl::StrAppend(&text, " of ", absl::StrJoin(race.programs.begin(), end, ", "));
    if (named < race.programs.size())
      absl::StrAppend(&text, " and ", race.programs.size() - named, " more");
  }
  return text;
}

}  // namespace

std::string Title(const Race& race) { return std::string(race.kind) + ObjectPhrase(race); }

std::string Where(const Race& race, const std::string& root) {
  std::vector<std::string> places;
  const auto add = [&](const Stack& stack) {
    const Frame* frame = TellingFrame(stack);
    if (frame == nullptr) return;
    Frame brief = *frame;
    brief.column = 0;
    places.push_back(Place(brief, root));
  };
  for (const Access& access : race.accesses) add(access.stack);
  if (race.accesses.empty()) add(race.stack);
  if (places.size() == 2 && places[0] == places[1]) places.pop_back();
  return absl::StrJoin(places, " and ");
}

std::string TestsPhrase(const Race& race) {
  if (race.tests.empty()) return "";
  return absl::StrCat(race.tests.size() == 1 ? " (test " : " (tests ",
                      absl::StrJoin(race.tests, ", "), ")");
}

void PrintRace(const Race& race, const std::string& root, const std::string& indentation,
               std::ostream& out, SourceFiles* sources) {
  RacePrinter(race, root, indentation, out, sources).Print();
}

void PrintRaces(const Findings& findings, std::ostream& out) {
  size_t number = 0;
  for (const Race* race : findings.Failures()) {
    out << ++number << ". " << Title(*race) << ", " << Occurrences(*race) << TestsPhrase(*race)
        << "  [" << race->fingerprint << "]\n";
    PrintRace(*race, findings.root, "     ", out);
    out << "\n";
  }
}

void WriteText(const Findings& findings, std::ostream& out) {
  PrintRaces(findings, out);
  const auto list = [&](BaselineState state, const char* heading) {
    if (findings.Count(state) == 0) return;
    out << heading << "\n";
    for (const Finding& finding : findings.list) {
      if (finding.state != state) continue;
      const Race& race = *finding.race;
      out << "  " << Title(race) << " in " << Where(race, findings.root) << "  ["
          << race.fingerprint << "]\n";
    }
    out << "\n";
  };
  list(BaselineState::kUnchanged, "In the baseline:");
  list(BaselineState::kVanished, "Vanished, only in the baseline:");
  out << "hbsan report: " << findings.Verdict() << "\n";
}

}  // namespace hbsan::tools
