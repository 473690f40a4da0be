#include "runtime/report/suppressions.h"

#include <algorithm>
#include <utility>

#include "runtime/report/fnv_hash.h"
#include "runtime/report/folding.h"
#include "runtime/report/substring.h"

namespace hbsan {
namespace {

constexpr int kMaxListed = 20;

struct KindName {
  std::string_view name;
  SuppressionKind kind;
};
constexpr KindName kKinds[] = {
    {"race", SuppressionKind::kRace},
    {"race_top", SuppressionKind::kRaceTop},
    {"called_from_lib", SuppressionKind::kCalledFromLib},
    {"thread", SuppressionKind::kThread},
    {"mutex", SuppressionKind::kMutex},
    {"signal", SuppressionKind::kSignal},
    {"deadlock", SuppressionKind::kDeadlock},
};

const KindName* FindKind(std::string_view name) {
  const auto* found = std::ranges::find(kKinds, name, &KindName::name);
  return found == std::end(kKinds) ? nullptr : found;
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  const std::size_t last = text.find_last_not_of(kBlank);
  return last == std::string_view::npos ? std::string_view() : Substring(text, 0, last + 1);
}

// The kind of rule that a report of misuse obeys.
SuppressionKind RuleKindOf(std::string_view kind) {
  return kind.starts_with("join ") ? SuppressionKind::kThread : SuppressionKind::kMutex;
}

bool MatchesFrame(const Suppression& rule, const ReportFrame& frame) {
  const auto matches = [&](std::string_view text) {
    return !text.empty() && MatchesPattern(rule.pattern, text);
  };
  return matches(frame.function) || matches(frame.file) || matches(frame.module);
}

bool MatchesStack(const Suppression& rule, ReportStack stack) {
  return std::ranges::any_of(stack, [&](const ReportFrame& f) { return MatchesFrame(rule, f); });
}

bool MatchesRace(const Suppression& rule, const Report& report) {
  for (const ReportAccess& access : report.accesses) {
    if (access.stack.empty()) continue;
    switch (rule.kind) {
      case SuppressionKind::kRace:
        if (MatchesStack(rule, access.stack)) return true;
        break;
      case SuppressionKind::kRaceTop:
        if (MatchesFrame(rule, access.stack.front())) return true;
        break;
      case SuppressionKind::kCalledFromLib:
        if (MatchesPattern(rule.pattern, access.stack.front().module)) return true;
        break;
      default:
        return false;
    }
  }
  return rule.kind == SuppressionKind::kRace && report.location.kind == LocationKind::kGlobal &&
         !report.location.name.empty() && MatchesPattern(rule.pattern, report.location.name);
}

bool MatchesCall(const Suppression& rule, const Report& report) {
  return rule.kind == RuleKindOf(report.kind) && MatchesStack(rule, report.stack);
}

// Counts the innermost function of the program on the stack that was left out, if it is another
// one.
void NoteFunction(Suppression& rule, const Report& report) {
  const ReportFrame* frame =
      TellingFrame(report.accesses.empty() ? report.stack : report.accesses[0].stack);
  if (frame == nullptr || rule.broad()) return;
  const std::uint64_t hash = FnvHash().Add(frame->function).value();
  std::uint64_t* const end = rule.functions + rule.function_count;
  if (std::find(rule.functions, end, hash) == end) rule.functions[rule.function_count++] = hash;
}

}  // namespace

bool MatchesPattern(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return false;
  const bool at_begin = pattern.starts_with('^');
  if (at_begin) pattern.remove_prefix(1);
  const bool at_end = pattern.ends_with('$');
  if (at_end) pattern.remove_suffix(1);
  // The pieces between the asterisks, each at its first place after the one before.
  bool anchored = at_begin;
  for (;;) {
    const std::size_t star = pattern.find('*');
    const std::string_view piece = Substring(pattern, 0, star);
    if (star == std::string_view::npos && at_end) {
      return anchored ? text == piece : text.ends_with(piece);
    }
    const std::size_t at =
        anchored ? (text.starts_with(piece) ? 0 : std::string_view::npos) : text.find(piece);
    if (at == std::string_view::npos) return false;
    if (star == std::string_view::npos) return true;
    text.remove_prefix(at + piece.size());
    pattern.remove_prefix(star + 1);
    anchored = false;
  }
}

std::uint32_t DayOf(std::string_view date) {
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return 0;
  std::uint32_t day = 0;
  for (const char c : date) {
    if (c == '-') continue;
    if (c < '0' || c > '9') return 0;
    day = day * 10 + static_cast<std::uint32_t>(c - '0');
  }
  const std::uint32_t month = day / 100 % 100;
  return month >= 1 && month <= 12 && day % 100 >= 1 && day % 100 <= 31 ? day : 0;
}

std::string_view Suppressions::Add(std::string_view text, bool builtin, Scratch& keep) {
  std::string_view malformed;
  std::string_view reason;
  std::string_view until;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trim(Substring(text, 0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    if (line.starts_with('#')) {
      const std::string_view comment = Trim(Substring(line, 1));
      if (comment.starts_with("reason:")) reason = Trim(Substring(comment, 7));
      if (!comment.starts_with("until:")) continue;
      until = Trim(Substring(comment, 6));
      if (DayOf(until) == 0 && malformed.empty()) malformed = line;
      continue;
    }
    const std::size_t colon = line.find(':');
    const KindName* kind =
        colon == std::string_view::npos ? nullptr : FindKind(Substring(line, 0, colon));
    if (kind == nullptr || colon + 1 == line.size()) {
      if (malformed.empty()) malformed = line;
      continue;
    }
    Suppression& rule = keep.New<Suppression>();
    rule.kind = kind->kind;
    rule.rule = line;
    rule.pattern = Substring(line, colon + 1);
    rule.builtin = builtin;
    rule.reason = std::exchange(reason, {});
    rule.until = std::exchange(until, {});
    rule.expired = !rule.until.empty() && DayOf(rule.until) < today_;
    *end_ = &rule;
    end_ = &rule.next;
  }
  return malformed;
}

Suppression* Suppressions::Match(const Report& report) {
  for (Suppression* rule = first_; rule != nullptr; rule = rule->next) {
    if (rule->expired) continue;
    const bool matches =
        report.accesses.empty() ? MatchesCall(*rule, report) : MatchesRace(*rule, report);
    if (!matches) continue;
    ++rule->hits;
    NoteFunction(*rule, report);
    return rule;
  }
  return nullptr;
}

// A line with the rules that are wanted, unless there are none.
template <typename Wanted>
void Suppressions::PrintList(std::string_view heading, Wanted wanted, TextBuffer& out) const {
  int found = 0;
  for (const Suppression* rule = first_; rule != nullptr; rule = rule->next) {
    if (!wanted(*rule)) continue;
    if (found++ == 0) out << "hbsan: " << heading << ':';
    if (found > kMaxListed) continue;
    out << ' ' << rule->rule;
    if (rule->expired) out << " (" << rule->until << ')';
  }
  if (found > kMaxListed) out << " and " << found - kMaxListed << " more";
  if (found != 0) out << '\n';
}

void Suppressions::PrintStatistics(TextBuffer& out) const {
  std::uint64_t total = 0;
  for (const Suppression* rule = first_; rule != nullptr; rule = rule->next) total += rule->hits;
  if (total != 0) {
    out << "hbsan: suppressed " << total << (total == 1 ? " report:" : " reports:");
    for (const Suppression* rule = first_; rule != nullptr; rule = rule->next) {
      if (rule->hits != 0) out << ' ' << rule->rule << " (" << rule->hits << ')';
    }
    out << '\n';
  }
  PrintList("suppressions that expired", [](const Suppression& rule) { return rule.expired; }, out);
  PrintList(
      "suppressions that left out races of many functions",
      [](const Suppression& rule) { return rule.broad(); }, out);
  PrintList(
      "suppressions that never matched",
      [](const Suppression& rule) { return rule.hits == 0 && !rule.builtin && !rule.expired; },
      out);
}

void Suppressions::ForgetHits() {
  for (Suppression* rule = first_; rule != nullptr; rule = rule->next) {
    rule->hits = 0;
    rule->function_count = 0;
  }
}

}  // namespace hbsan
