#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tools/report/frames.h"
#include "tools/report/pattern.h"
#include "tools/report/writers.h"

namespace hbsan::tools {
namespace {

using Json = nlohmann::ordered_json;

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

// Writes one result after the other: there may be many.
class SarifLog {
 public:
  SarifLog(const Findings& findings, std::ostream& out) : findings_(findings), out_(out) {}

  void Write() {
    for (const Finding& finding : findings_.list) AddRule(*finding.race);
    const Json driver = {{"name", "hbsan"}, {"version", HBSAN_VERSION}, {"rules", rules_}};
    const Json root = {{kRootName, {{"uri", Uri(findings_.root + "/")}}}};
    out_ << "{\"$schema\": \"" << kSchema << "\",\n\"version\": \"2.1.0\",\n\"runs\": [{"
         << "\"tool\": " << Text({{"driver", driver}}) << ",\n";
    if (!findings_.root.empty()) out_ << "\"originalUriBaseIds\": " << Text(root) << ",\n";
    out_ << "\"results\": [";
    const char* separator = "\n";
    for (const Finding& finding : findings_.list) {
      out_ << separator << Text(Result(finding));
      separator = ",\n";
    }
    out_ << "\n]}]}\n";
  }

 private:
  static std::string Text(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
  }

  void AddRule(const Race& race) {
    const std::string id = RuleId(race.kind);
    if (!rule_indexes_.try_emplace(id, rules_.size()).second) return;
    rules_.push_back({{"id", id},
                      {"shortDescription", {{"text", "hbsan: " + std::string(race.kind)}}},
                      {"defaultConfiguration", {{"level", "error"}}}});
  }

  Json Location(const Frame& frame, const std::string& message) const {
    Json location = Json::object();
    if (!frame.file.empty()) {
      const std::string path = ShownPath(frame.file, findings_.root);
      Json artifact = {{"uri", Uri(path)}};
      if (!path.starts_with('/') && !findings_.root.empty()) artifact["uriBaseId"] = kRootName;
      location["physicalLocation"] = {{"artifactLocation", artifact}};
      if (frame.line != 0) {
        Json region = {{"startLine", frame.line}};
        if (frame.column != 0) region["startColumn"] = frame.column;
        location["physicalLocation"]["region"] = region;
      }
    }
    if (!frame.function.empty()) {
      location["logicalLocations"] =
          Json::array({{{"fullyQualifiedName", frame.function}, {"kind", "function"}}});
    }
    if (!message.empty()) location["message"] = {{"text", message}};
    return location;
  }

  // The frames of `stack` in the order in which they were called, the last of which did `what`.
  Json ThreadFlow(const std::string& id, const std::string& what, const Stack& stack) const {
    Json steps = Json::array();
    const Stack shown = UserFrames(stack);
    for (size_t i = shown.size(); i-- > 0;) {
      const std::string message =
          i == 0 ? what : absl::StrCat("calls ", std::string(shown[i - 1].function));
      steps.push_back(
          {{"location", Location(shown[i], message)}, {"nestingLevel", shown.size() - 1 - i}});
    }
    if (steps.empty()) steps.push_back({{"location", Location({}, what)}});
    return {{"id", id}, {"locations", steps}};
  }

  void AddRelated(Json& list, const Stack& stack, const std::string& message) const {
    const Frame* frame = TellingFrame(stack);
    if (frame == nullptr) return;
    Json location = Location(*frame, message);
    location["id"] = list.size() + 1;
    list.push_back(std::move(location));
  }

  Json RelatedLocations(const Race& race) const {
    Json related = Json::array();
    for (const Access& access : race.accesses)
      AddRelated(related, access.stack, AccessPhrase(access));
    AddRelated(related, race.location.stack, "allocation of what lives there");
    for (const Thread& thread : race.threads) {
      AddRelated(related, thread.created, "start of " + std::string(thread.who));
    }
    return related;
  }

  Json Result(const Finding& finding) const {
    const Race& race = *finding.race;
    std::string text = Title(race) + ": " + Where(race, findings_.root) + ".";
    if (!race.explanation.empty()) text += " Nothing orders them: " + std::string(race.explanation);
    if (const Pattern* pattern = RecognisePattern(race)) {
      text += " Pattern: " + std::string(pattern->name) + ". " + std::string(pattern->fix);
    }
    Json flows = Json::array();
    for (size_t i = 0; i < race.accesses.size(); ++i) {
      const Access& access = race.accesses[i];
      flows.push_back(ThreadFlow(absl::StrCat(i + 1, ": ", std::string(access.thread)),
                                 AccessPhrase(access), access.stack));
    }
    if (flows.empty())
      flows.push_back(ThreadFlow(std::string(race.thread), "the call", race.stack));
    Json result = {{"ruleId", RuleId(race.kind)},
                   {"ruleIndex", rule_indexes_.at(RuleId(race.kind))},
                   {"level", "error"},
                   {"message", {{"text", text}}}};
    const Frame* place = TellingFrame(MainStack(race));
    result["locations"] = place == nullptr ? Json::array() : Json::array({Location(*place, "")});
    result["relatedLocations"] = RelatedLocations(race);
    result["codeFlows"] = Json::array({{{"threadFlows", flows}}});
    result["partialFingerprints"] = {{"hbsanRace/v1", race.fingerprint}};
    result["occurrenceCount"] = race.reports;
    if (findings_.has_baseline) result["baselineState"] = BaselineName(finding.state);
    result["properties"] = {{"tests", race.tests}, {"programs", race.programs}};
    return result;
  }

  static const char* BaselineName(BaselineState state) {
    if (state == BaselineState::kNew) return "new";
    return state == BaselineState::kUnchanged ? "unchanged" : "absent";
  }

  const Findings& findings_;
  std::ostream& out_;
  Json rules_ = Json::array();
  std::map<std::string, size_t> rule_indexes_;
};

}  // namespace

void WriteSarif(const Findings& findings, std::ostream& out) { SarifLog(findings, out).Write(); }

}  // namespace hbsan::tools
