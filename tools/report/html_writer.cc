#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/report/frames.h"
#include "tools/report/html.h"
#include "tools/report/html_page.h"
#include "tools/report/names.h"
#include "tools/report/pattern.h"
#include "tools/report/writers.h"

namespace hbsan::tools {
namespace {

constexpr uint32_t kExcerptLines = 3;

class HtmlPage {
 public:
  HtmlPage(const Findings& findings, std::ostream& out)
      : root_(findings.root), findings_(findings), out_(out) {}

  void Write() {
    out_ << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<title>hbsan: data races</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>"
         << kHtmlStyle << "</style>\n</head>\n<body>\n<header><h1>hbsan: data races</h1>\n<p>"
         << Escape(findings_.Verdict())
         << "</p></header>\n<form role=\"search\">"
            "<label>Search <input id=\"search\" type=\"search\" autocomplete=\"off\"></label>"
            "<label>Group by <select id=\"group\"><option value=\"\">nothing</option>"
            "<option value=\"function\">function</option><option value=\"object\">variable</option>"
            "<option value=\"test\">test</option><option value=\"pattern\">pattern</option>"
            "</select></label><span id=\"count\" class=\"dim\" role=\"status\"></span></form>\n"
            "<main id=\"races\">\n<h2>All races</h2>\n";
    for (const Finding& finding : findings_.list) WriteRace(finding);
    out_ << "</main>\n<script>" << kHtmlScript << "</script>\n</body>\n</html>\n";
  }

 private:
  static const char* StateName(BaselineState state) {
    if (state == BaselineState::kNew) return "new";
    if (state == BaselineState::kUnchanged) return "in the baseline";
    return state == BaselineState::kVanished ? "vanished" : "";
  }

  void WriteRace(const Finding& finding) {
    const Race& race = *finding.race;
    const Pattern* pattern = RecognisePattern(race);
    const Frame* place = TellingFrame(MainStack(race));
    const std::string object = ObjectPhrase(race);
    out_ << "<details class=\"race\" id=\"" << race.fingerprint << "\" data-function=\""
         << Escape(place == nullptr ? "" : place->function) << "\" data-object=\""
         << Escape(object.empty() ? "" : object.substr(4)) << "\" data-test=\""
         << Escape(absl::StrJoin(race.tests, ", ")) << "\" data-pattern=\""
         << Escape(pattern == nullptr ? "" : pattern->name) << "\">\n<summary><strong>"
         << Escape(Title(race)) << "</strong> in " << Escape(Where(race, root_))
         << Escape(TestsPhrase(race)) << " <span class=\"dim\">" << Plural(race.reports, "report");
    if (finding.state != BaselineState::kNoBaseline) {
      out_ << ", <span class=\"state\">" << StateName(finding.state) << "</span>";
    }
    out_ << ", <code>" << race.fingerprint << "</code></span></summary>\n<div class=\"body\">\n";
    WriteDiagram(race, out_);
    if (!race.explanation.empty()) {
      out_ << "<p><strong>Nothing orders them:</strong> " << Escape(race.explanation) << "</p>\n";
    }
    if (pattern != nullptr) {
      out_ << "<p class=\"fix\"><strong>" << Escape(pattern->name) << ".</strong> "
           << Escape(pattern->fix) << "</p>\n";
    }
    WriteSides(race);
    WriteOrigins(race);
    out_ << "</div>\n</details>\n";
  }

  void WriteSides(const Race& race) {
    out_ << "<div class=\"sides\">\n";
    const char* side = "current";
    for (const Access& access : race.accesses) {
      out_ << "<section class=\"side " << side << "\"><h3>" << Escape(AccessPhrase(access))
           << "</h3>\n";
      side = "previous";
      WriteMutexes(access);
      WriteStack(access.stack, /*excerpt=*/true);
      out_ << "</section>\n";
    }
    if (race.accesses.empty()) {
      out_ << "<section class=\"side current\"><h3>Call by " << Escape(race.thread) << "</h3>\n";
      WriteStack(race.stack, /*excerpt=*/true);
      out_ << "</section>\n";
    }
    out_ << "</div>\n";
  }

  void WriteMutexes(const Access& access) {
    std::vector<std::string> names;
    for (const HeldMutex& held : access.mutexes) {
      names.push_back(absl::StrCat("M", held.mutex, held.shared ? " for reading" : ""));
    }
    out_ << "<p class=\"dim\">"
         << (names.empty() ? "holding no mutex" : "holding " + absl::StrJoin(names, ", "))
         << "</p>\n";
  }

  void WriteStack(const Stack& stack, bool excerpt) {
    if (excerpt) WriteExcerpt(TellingFrame(stack));
    out_ << "<ol start=\"0\">\n";
    for (const Frame& frame : UserFrames(stack)) {
      out_ << "<li><code>" << Escape(frame.function.empty() ? "unknown" : ShortName(frame.function))
           << "</code> <span class=\"dim\">"
           << Escape(frame.file.empty() ? BaseName(frame.module) : Position(frame, root_))
           << "</span></li>\n";
    }
    out_ << "</ol>\n";
  }

  void WriteExcerpt(const Frame* frame) {
    if (frame == nullptr) return;
    const std::vector<SourceLine> lines = sources_.Around(*frame, kExcerptLines, root_);
    if (lines.empty()) return;
    out_ << "<pre tabindex=\"0\" aria-label=\"" << Escape(Position(*frame, root_)) << "\">";
    const size_t width = std::to_string(lines.back().number).size();
    for (const SourceLine& line : lines) {
      const bool here = line.number == frame->line;
      const std::string number = std::to_string(line.number);
      out_ << (here ? "<mark>" : "") << std::string(width - number.size(), ' ') << number
           << (here ? " ▶ " : "   ") << Escape(line.text) << (here ? "</mark>\n" : "\n");
    }
    out_ << "</pre>\n";
  }

  // Where what takes part came from.
  void WriteOrigins(const Race& race) {
    if (!race.location.stack.empty()) {
      out_ << "<h3>The block was allocated by " << Escape(race.location.thread) << "</h3>\n";
      WriteStack(race.location.stack, /*excerpt=*/false);
    } else if (!race.location.file.empty()) {
      out_ << "<p>" << Escape(Title(race)) << ", declared at <code>"
           << Escape(ShownPath(race.location.file, root_)) << ":" << race.location.line
           << "</code></p>\n";
    }
    for (const Mutex& mutex : race.mutexes) {
      out_ << "<h3>M" << mutex.number << " " << Escape(mutex.name)
           << (mutex.created ? " was created" : " was locked") << " at</h3>\n";
      WriteStack(mutex.stack, /*excerpt=*/false);
    }
    for (const Thread& thread : race.threads) {
      if (thread.created.empty()) continue;
      out_ << "<h3>" << Escape(thread.who) << " " << Escape(thread.name) << " was started by "
           << Escape(thread.created_by) << " at</h3>\n";
      WriteStack(thread.created, /*excerpt=*/false);
    }
  }

  const std::string& root_;
  const Findings& findings_;
  std::ostream& out_;
  SourceFiles sources_;
};

}  // namespace

void WriteHtml(const Findings& findings, std::ostream& out) { HtmlPage(findings, out).Write(); }

}  // namespace hbsan::tools
