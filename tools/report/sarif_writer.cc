#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tools/report/frames.h"
#include "tools/report/json_text.h"
#include "tools/report/pattern.h"
#include "tools/report/writers.h"

namespace hbsan::tools {
namespace {

constexpr const char* kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr const char* kRootName = "SRCROOT";

// "data race on vptr (ctor/dtor vs virtual call)" is the rule data-race-on-vptr.
std::string RuleId(std::string_view kind) {
  std::string id;
  for (const char c : kind.substr(0, kind.find(" ("))) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      id += c;
    } else if (!id.empty() && id.back() != '-') {
      id += '-';
    }
  }
  return id;
}

// A path as a URI reference.
std::string Uri(const std::string& path) {
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || std::string_view("/-._~").find(c) != std::string_view::npos) {
      uri += c;
    } else {
      absl::StrAppend(&uri, "%", absl::Hex(byte, absl::kZeroPad2));
    }
  }
  return uri;
}

class SarifLog {
 public:
  SarifLog(const Findings& findings, std::ostream& out) : findings_(findings), out_(out) {}

  void Write() {
    for (const Finding& finding : findings_.list) AddRule(finding.race->kind);
    out_ << "{\"$schema\": \"" << kSchema << "\",\n\"version\": \"2.1.0\",\n\"runs\": [{"
         << "\"tool\": " << Tool() << ",\n";
    if (!findings_.root.empty()) out_ << "\"originalUriBaseIds\": " << Root() << ",\n";
    out_ << "\"results\": [";
    const char* separator = "\n";
    for (const Finding& finding : findings_.list) {
      JsonText result;
      WriteResult(finding, result);
      out_ << separator << result.text();
      separator = ",\n";
    }
    out_ << "\n]}]}\n";
  }

 private:
  void AddRule(std::string_view kind) {
    if (rule_indexes_.try_emplace(RuleId(kind), rules_.size()).second) rules_.emplace_back(kind);
  }

  std::string Tool() const {
    JsonText tool;
    tool.Begin('{');
    tool.Key("driver").Begin('{');
    tool.Put("name", "hbsan");
    tool.Put("version", HBSAN_VERSION);
    tool.Key("rules").Begin('[');
    for (const std::string& kind : rules_) {
      tool.Begin('{');
      tool.Key("id").String(RuleId(kind));
      PutText("shortDescription", "hbsan: " + kind, tool);
      tool.Key("defaultConfiguration").Begin('{');
      tool.Put("level", "error");
      tool.End('}');
      tool.End('}');
    }
    tool.End(']');
    tool.End('}');
    tool.End('}');
    return tool.text();
  }

  std::string Root() const {
    JsonText root;
    root.Begin('{');
    root.Key(kRootName).Begin('{');
    root.Key("uri").String(Uri(findings_.root + "/"));
    root.End('}');
    root.End('}');
    return root.text();
  }

  // SARIF's message object.
  static void PutText(std::string_view key, std::string_view text, JsonText& out) {
    out.Key(key).Begin('{');
    out.Key("text").String(text);
    out.End('}');
  }

  // `id`: of a related location; 0: none.
  void WriteLocation(const Frame& frame, const std::string& message, size_t id,
                     JsonText& out) const {
    out.Begin('{');
    if (!frame.file.empty()) WritePlace(frame, out);
    if (!frame.function.empty()) {
      out.Key("logicalLocations").Begin('[');
      out.Begin('{');
      out.Put("fullyQualifiedName", frame.function);
      out.Put("kind", "function");
      out.End('}');
      out.End(']');
    }
    if (!message.empty()) PutText("message", message, out);
    out.Put("id", id);
    out.End('}');
  }

  void WritePlace(const Frame& frame, JsonText& out) const {
    const std::string path = ShownPath(frame.file, findings_.root);
    out.Key("physicalLocation").Begin('{');
    out.Key("artifactLocation").Begin('{');
    out.Put("uri", Uri(path));
    if (!path.starts_with('/') && !findings_.root.empty()) out.Put("uriBaseId", kRootName);
    out.End('}');
    if (frame.line != 0) {
      out.Key("region").Begin('{');
      out.Put("startLine", frame.line);
      out.Put("startColumn", frame.column);
      out.End('}');
    }
    out.End('}');
  }

  // The frames of `stack` in the order in which they were called, the last of which did `what`.
  void WriteThreadFlow(const std::string& id, const std::string& what, const Stack& stack,
                       JsonText& out) const {
    const auto write_step = [&](const Frame& frame, const std::string& message) {
      out.Begin('{');
      out.Key("location");
      WriteLocation(frame, message, 0, out);
    };
    out.Begin('{');
    out.Key("id").String(id);
    out.Key("locations").Begin('[');
    const Stack shown = UserFrames(stack);
    for (size_t i = shown.size(); i-- > 0;) {
      write_step(shown[i],
                 i == 0 ? what : absl::StrCat("calls ", std::string(shown[i - 1].function)));
      out.Key("nestingLevel").Number(shown.size() - 1 - i);
      out.End('}');
    }
    if (shown.empty()) {
      write_step({}, what);
      out.End('}');
    }
    out.End(']');
    out.End('}');
  }

  void WriteFlows(const Race& race, JsonText& out) const {
    out.Key("codeFlows").Begin('[');
    out.Begin('{');
    out.Key("threadFlows").Begin('[');
    for (size_t i = 0; i < race.accesses.size(); ++i) {
      const Access& access = race.accesses[i];
      WriteThreadFlow(absl::StrCat(i + 1, ": ", std::string(access.thread)), AccessPhrase(access),
                      access.stack, out);
    }
    if (race.accesses.empty()) {
      WriteThreadFlow(std::string(race.thread), "the call", race.stack, out);
    }
    out.End(']');
    out.End('}');
    out.End(']');
  }

  void WriteRelatedLocations(const Race& race, JsonText& out) const {
    size_t count = 0;
    const auto write = [&](const Stack& stack, const std::string& message) {
      if (const Frame* frame = TellingFrame(stack)) WriteLocation(*frame, message, ++count, out);
    };
    out.Key("relatedLocations").Begin('[');
    for (const Access& access : race.accesses) write(access.stack, AccessPhrase(access));
    write(race.location.stack, "allocation of what lives there");
    for (const Thread& thread : race.threads) {
      write(thread.created, "start of " + std::string(thread.who));
    }
    out.End(']');
  }

  std::string Message(const Race& race) const {
    std::string text = Title(race) + ": " + Where(race, findings_.root) + ".";
    if (!race.explanation.empty()) text += " Nothing orders them: " + std::string(race.explanation);
    if (const Pattern* pattern = RecognisePattern(race)) {
      text += " Pattern: " + std::string(pattern->name) + ". " + std::string(pattern->fix);
    }
    return text;
  }

  template <typename List>
  static void WriteStrings(std::string_view key, const List& list, JsonText& out) {
    out.Key(key).Begin('[');
    for (const auto& text : list) out.String(text);
    out.End(']');
  }

  void WriteResult(const Finding& finding, JsonText& out) const {
    const Race& race = *finding.race;
    const std::string rule = RuleId(race.kind);
    out.Begin('{');
    out.Put("ruleId", rule);
    out.Key("ruleIndex").Number(rule_indexes_.at(rule));
    out.Put("level", "error");
    PutText("message", Message(race), out);
    out.Key("locations").Begin('[');
    if (const Frame* place = TellingFrame(MainStack(race))) WriteLocation(*place, "", 0, out);
    out.End(']');
    WriteRelatedLocations(race, out);
    WriteFlows(race, out);
    out.Key("partialFingerprints").Begin('{');
    out.Key("hbsanRace/v1").String(race.fingerprint);
    out.End('}');
    out.Key("occurrenceCount").Number(race.reports);
    if (findings_.has_baseline) out.Put("baselineState", BaselineName(finding.state));
    out.Key("properties").Begin('{');
    WriteStrings("tests", race.tests, out);
    WriteStrings("programs", race.programs, out);
    out.End('}');
    out.End('}');
  }

  static const char* BaselineName(BaselineState state) {
    if (state == BaselineState::kNew) return "new";
    return state == BaselineState::kUnchanged ? "unchanged" : "absent";
  }

  const Findings& findings_;
  std::ostream& out_;
  std::vector<std::string> rules_;  // their kinds
  std::map<std::string, size_t> rule_indexes_;
};

}  // namespace

void WriteSarif(const Findings& findings, std::ostream& out) { SarifLog(findings, out).Write(); }

}  // namespace hbsan::tools
