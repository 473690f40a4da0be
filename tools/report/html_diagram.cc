#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tools/report/frames.h"
#include "tools/report/html.h"

namespace hbsan::tools {
namespace {

constexpr int kWidth = 420;
constexpr int kLeft = 105;   // the previous side's line
constexpr int kRight = 315;  // the current side's
constexpr int kTop = 34;     // where their lives begin
constexpr int kLabelHeight = 12;
constexpr int kLabelDepth = 5;
constexpr size_t kLongestLabel = 26;

// "a.cc:17", or the function; short enough for half the picture.
std::string Brief(const Frame* frame) {
  if (frame == nullptr) return "";
  std::string text = frame->file.empty()
                         ? std::string(frame->function)
                         : absl::StrCat(std::string(BaseName(frame->file)), ":", frame->line);
  if (text.size() > kLongestLabel) text = "…" + text.substr(text.size() - kLongestLabel);
  return text;
}

std::string BriefObject(const Synchronisation& sync) {
  std::string text = sync.object.empty() ? "a fence" : std::string(sync.object);
  if (text.size() > kLongestLabel) text = text.substr(0, kLongestLabel) + "…";
  return text;
}

bool IsKnown(const Synchronisation& sync) { return !sync.object.empty() || sync.at.line != 0; }

class Diagram {
 public:
  Diagram(const Race& race, std::ostream& out)
      : race_(race), out_(out), current_(race.accesses[0]), previous_(race.accesses[1]) {}

  void Write() {
    Threads();
    if (IsKnown(race_.last_known)) LastKnown();
    const int previous_at = Next(40);
    Event(kLeft, previous_at, "previous", previous_);
    int unheard_at = 0;
    if (IsKnown(race_.first_release)) {
      unheard_at = Next(56);
      Unheard(unheard_at);
    }
    const int current_at = Next(64);
    Event(kRight, current_at, "current", current_);
    const int end = current_at + 40;
    out_ << "<svg viewBox=\"0 0 " << kWidth << " " << end << "\" role=\"img\" aria-label=\""
         << Escape(Words()) << "\">\n";
    Window(previous_at, current_at);
    for (const int x : {kLeft, kRight}) LifeLine(x, end - 4);
    out_ << shapes_.str() << "</svg>\n";
  }

 private:
  int Next(int distance) { return at_ += distance; }

  void Text(int x, int y, const std::string& text) {
    labels_.emplace_back(x, y);
    shapes_ << "<text x=\"" << x << "\" y=\"" << y << "\">" << Escape(text) << "</text>\n";
  }

  // Down to `end`, with a gap at each label.
  void LifeLine(int x, int end) {
    std::vector<int> labels;
    for (const auto& [label_x, y] : labels_) {
      if (label_x == x && y > kTop) labels.push_back(y);
    }
    std::ranges::sort(labels);
    int from = kTop;
    out_ << "<path class=\"life\" d=\"";
    for (const int y : labels) {
      if (y - kLabelHeight > from) out_ << "M" << x << " " << from << "V" << y - kLabelHeight;
      from = y + kLabelDepth;
    }
    if (end > from) out_ << "M" << x << " " << from << "V" << end;
    out_ << "\"/>\n";
  }

  void Threads() {
    for (const auto& [x, access] : {std::pair(kLeft, &previous_), {kRight, &current_}}) {
      Text(x, 14, std::string(access->thread));
      const Thread* thread = FindThread(race_, access->thread);
      if (thread == nullptr || thread->created_by.empty()) continue;
      Text(x, 28, "from " + Brief(TellingFrame(thread->created)));
    }
    at_ = kTop;
  }

  void Arrow(int from_y, int to_y, bool missing) {
    const int end = missing ? (kLeft + kRight) / 2 : kRight - 6;
    shapes_ << "<path class=\"edge" << (missing ? " missing" : "") << "\" d=\"M" << kLeft << " "
            << from_y << "L" << end << " " << to_y << "\"/>\n";
    if (missing) {
      shapes_ << "<path class=\"edge\" d=\"M" << end - 5 << " " << to_y - 5
              << "l10 10m0 -10l-10 10\"/>\n";
    } else {
      shapes_ << "<path class=\"point\" d=\"M" << kRight << " " << to_y << "l-9 -4v8z\"/>\n";
    }
  }

  void Point(int y, const std::string& what, const Synchronisation& sync) {
    shapes_ << "<circle class=\"point\" cx=\"" << kLeft << "\" cy=\"" << y << "\" r=\"4\"/>\n";
    Text(kLeft, y + 16, what + " " + BriefObject(sync));
    if (sync.at.line != 0) Text(kLeft, y + 29, "at " + Brief(&sync.at));
  }

  void LastKnown() {
    const int y = Next(24);
    Point(y, "released", race_.last_known);
    Arrow(y, y + 14, /*missing=*/false);
    Text(kRight, y + 30, "learnt of it");
    Next(24);
  }

  void Unheard(int y) {
    Point(y, "released", race_.first_release);
    Arrow(y, y, /*missing=*/true);
    Text((kLeft + kRight) / 2 + 40, y - 8, "not acquired");
  }

  // A square for what the current side did, a diamond for the previous one.
  void Event(int x, int y, const char* side, const Access& access) {
    shapes_ << "<path class=\"" << side << "\" d=\"M";
    if (side[0] == 'c') {
      shapes_ << x - 7 << " " << y - 7 << "h14v14h-14z";
    } else {
      shapes_ << x << " " << y - 9 << "l9 9l-9 9l-9 -9z";
    }
    shapes_ << "\"/>\n";
    Text(x, y + 22, absl::StrCat(std::string(access.kind), " of ", access.size, " bytes"));
    Text(x, y + 35, Brief(TellingFrame(access.stack)));
  }

  void Window(int from, int to) {
    out_ << "<rect class=\"window\" x=\"4\" y=\"" << from << "\" width=\"" << kWidth - 8
         << "\" height=\"" << to - from << "\"/>\n";
    Text(kRight, from + 14, "nothing orders these");
  }

  std::string Words() const {
    std::string words =
        absl::StrCat("Time runs downwards. ", std::string(previous_.thread), ": ",
                     AccessPhrase(previous_), " at ", Brief(TellingFrame(previous_.stack)));
    if (IsKnown(race_.first_release)) {
      absl::StrAppend(&words, ", then released ", BriefObject(race_.first_release),
                      ", which was not acquired");
    }
    absl::StrAppend(&words, ". ", std::string(current_.thread), ": ", AccessPhrase(current_),
                    " at ", Brief(TellingFrame(current_.stack)), ". Nothing orders the two.");
    return words;
  }

  const Race& race_;
  std::ostream& out_;
  const Access& current_;
  const Access& previous_;
  std::ostringstream shapes_;
  std::vector<std::pair<int, int>> labels_;  // x and y
  int at_ = 0;
};

}  // namespace

std::string Escape(std::string_view text) {
  return absl::StrReplaceAll(std::string(text),
                             {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

void WriteDiagram(const Race& race, std::ostream& out) {
  if (race.accesses.size() == 2) Diagram(race, out).Write();
}

}  // namespace hbsan::tools
