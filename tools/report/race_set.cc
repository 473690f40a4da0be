#include "tools/report/race_set.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "tools/report/fingerprint.h"
#include "tools/report/frames.h"
#include "tools/symbolize.h"

namespace hbsan::tools {
namespace {

// Calls visit(stack) for each stack of the report.
template <typename F>
void ForEachStack(Race& race, F visit) {
  for (Access& access : race.accesses) {
    visit(access.stack);
    for (HeldMutex& held : access.mutexes) visit(held.acquired);
  }
  visit(race.stack);
  visit(race.location.stack);
  for (Mutex& mutex : race.mutexes) visit(mutex.stack);
  for (Thread& thread : race.threads) visit(thread.created);
}

// The frames that `frame`, a place in a module, stands for.
Stack Named(const Frame& frame, const std::vector<SourceFrame>& sources) {
  Stack stack;
  for (const SourceFrame& source : sources) {
    Frame named = frame;
    named.function = source.function;
    named.inlined = &source != &sources.back();
    named.line = source.line;
    named.column = source.column;
    named.expression = source.expression;
    if (source.line != 0) named.file = source.file;
    stack.push_back(named);
  }
  return stack;
}

// What llvm-symbolizer says of `wanted`; adds to `problem` if it cannot be asked.
SourceFrames Symbolize(const std::set<ModuleOffset>& wanted, SymbolKind kind,
                       std::string& problem) {
  if (wanted.empty()) return {};
  absl::StatusOr<SourceFrames> frames = Symbolize({wanted.begin(), wanted.end()}, kind);
  if (frames.ok()) return *std::move(frames);
  problem = std::string(frames.status().message());
  return {};
}

bool LacksName(const Frame& frame) { return frame.function.empty() && !frame.module.empty(); }

bool IsNameless(const Location& at) { return at.name.empty() && !at.module.empty(); }

ModuleOffset DataPlace(const Location& at) { return {std::string(at.module), at.module_offset}; }

void AddTests(const Race& report, std::set<std::string, std::less<>>& tests) {
  for (const Thread& thread : report.threads) {
    const auto is_side = [&](const Access& access) { return access.thread == thread.who; };
    if (!thread.test.empty() && std::ranges::any_of(report.accesses, is_side)) {
      tests.emplace(thread.test);
    }
  }
}

// `other` is the same race.
void Join(Race& other, Race& race) {
  race.reports += other.reports;
  race.programs.merge(other.programs);
  race.tests.merge(other.tests);
  race.aliases.merge(other.aliases);
}

}  // namespace

bool IsUnfinished(const Race& report) {
  const auto has_no_name = [](const Stack& stack) {
    return !stack.empty() && std::ranges::all_of(stack, LacksName);
  };
  const auto side = [&](const Access& access) { return has_no_name(access.stack); };
  return has_no_name(report.stack) || std::ranges::any_of(report.accesses, side);
}

void RaceSet::Add(Race report) {
  processes_.insert(report.pid);
  const std::string_view program = ProgramOf(MainStack(report));
  if (!program.empty()) report.programs.emplace(program);
  if (report.tests.empty()) AddTests(report, report.tests);
  report.fingerprint = FingerprintOf(report);
  for (const std::string& alias : report.aliases) aliases_[alias] = report.fingerprint;
  updates_.Note(report);
  const auto [at, is_new] = races_.try_emplace(report.fingerprint);
  Race& known = at->second;
  if (is_new) {
    known = std::move(report);
    Keep(known);
    return;
  }
  Join(report, known);
}

void RaceSet::AddUnfinished(Race report) {
  unfinished_.push_back(std::move(report));
  Keep(unfinished_.back());
}

std::string RaceSet::CompleteFrames() {
  std::set<ModuleOffset> code, data;
  for (Race& race : unfinished_) {
    ForEachStack(race, [&](const Stack& stack) {
      for (const Frame& frame : stack) {
        if (LacksName(frame)) code.insert({std::string(frame.module), frame.offset});
      }
    });
    if (IsNameless(race.location)) data.insert(DataPlace(race.location));
  }
  std::string problem;
  const SourceFrames names = Symbolize(code, SymbolKind::kCode, problem);
  const SourceFrames data_names = Symbolize(data, SymbolKind::kData, problem);
  for (Race& race : unfinished_) {
    ForEachStack(race, [&](Stack& stack) {
      Stack complete;
      for (const Frame& frame : stack) {
        const auto found =
            LacksName(frame) ? names.find({std::string(frame.module), frame.offset}) : names.end();
        const Stack named = found == names.end() ? Stack{frame} : Named(frame, found->second);
        complete.insert(complete.end(), named.begin(), named.end());
      }
      stack = std::move(complete);
    });
    const auto found = data_names.find(DataPlace(race.location));
    if (found != data_names.end()) race.location.name = found->second.front().function;
    Add(std::move(race));
  }
  unfinished_.clear();
  return problem;
}

std::string RaceSet::Complete() {
  std::string problem = CompleteFrames();
  for (const auto& [half, whole] : updates_.Halves()) Fold(half, whole);
  for (const auto& [alias, fingerprint] : std::unordered_map(aliases_)) Fold(alias, fingerprint);
  return problem;
}

void RaceSet::Fold(const std::string& half, const std::string& whole) {
  const auto part = races_.find(half);
  const auto race = races_.find(whole);
  if (part == races_.end() || race == races_.end() || part == race) return;
  Join(part->second, race->second);
  race->second.aliases.insert(half);
  aliases_[half] = whole;
  races_.erase(part);
}

void RaceSet::RemoveIf(const std::function<bool(const Race&)>& unwanted) {
  std::erase_if(races_, [&](const auto& entry) { return unwanted(entry.second); });
}

std::vector<const Race*> RaceSet::Sorted() const {
  std::vector<const Race*> sorted;
  for (const auto& [fingerprint, race] : races_) sorted.push_back(&race);
  std::ranges::sort(sorted, [](const Race* a, const Race* b) {
    return a->reports != b->reports ? a->reports > b->reports : a->fingerprint < b->fingerprint;
  });
  return sorted;
}

const Race* RaceSet::Find(const std::string& fingerprint) const {
  auto found = races_.find(fingerprint);
  if (found != races_.end()) return &found->second;
  const auto alias = aliases_.find(fingerprint);
  if (alias != aliases_.end()) found = races_.find(alias->second);
  return found == races_.end() ? nullptr : &found->second;
}

const Race* RaceSet::FindSame(const Race& race) const {
  const Race* same = Find(race.fingerprint);
  for (auto alias = race.aliases.begin(); same == nullptr && alias != race.aliases.end(); ++alias) {
    same = Find(*alias);
  }
  return same;
}

uint64_t RaceSet::reports() const {
  return std::accumulate(
      races_.begin(), races_.end(), uint64_t{0},
      [](uint64_t sum, const auto& entry) { return sum + entry.second.reports; });
}

std::string_view RaceSet::Keep(std::string_view text) {
  const auto found = texts_.find(text);
  if (found != texts_.end()) return *found;
  return *texts_.insert(kept_.emplace_back(text)).first;
}

void RaceSet::Keep(Stack& stack) {
  for (Frame& frame : stack) {
    for (std::string_view* text : {&frame.function, &frame.file, &frame.module}) {
      *text = Keep(*text);
    }
  }
  stack.shrink_to_fit();
}

void RaceSet::Keep(Race& race) {
  ForEachStack(race, [this](Stack& stack) { Keep(stack); });
  const auto keep = [this](std::initializer_list<std::string_view*> texts) {
    for (std::string_view* text : texts) *text = Keep(*text);
  };
  keep({&race.kind, &race.thread, &race.explanation, &race.summary});
  Location& at = race.location;
  keep({&at.kind, &at.name, &at.function, &at.file, &at.module, &at.address, &at.thread});
  for (Access& access : race.accesses) keep({&access.kind, &access.address, &access.thread});
  for (Mutex& mutex : race.mutexes) keep({&mutex.address, &mutex.name});
  for (Thread& thread : race.threads) {
    keep({&thread.who, &thread.name, &thread.test, &thread.created_by});
  }
  for (Synchronisation* sync : {&race.first_release, &race.last_known}) {
    keep({&sync->object, &sync->at.function, &sync->at.file, &sync->at.module});
  }
}

}  // namespace hbsan::tools
