// Suppression files, in ThreadSanitizer's syntax: a line "kind:pattern" each, # comments.
//   race:X            leaves out a race if X matches a function, file or module of any frame of
//   either stack, or the global race_top:X        the same for the innermost frame only
//   called_from_lib:X a race one side of which is a library call made by module X
//   mutex:X thread:X  misuse of mutexes, of threads
//   signal: deadlock: are ThreadSanitizer's; accepted
// A pattern matches anywhere in the text; * stands for any text, ^ and $ for the text's ends.
// The comments "# reason: TEXT" and "# until: YYYY-MM-DD" belong to the rule that follows: after
// that day it leaves nothing out any more, and is named at exit.
#ifndef HBSAN_RUNTIME_REPORT_SUPPRESSIONS_H_
#define HBSAN_RUNTIME_REPORT_SUPPRESSIONS_H_

#include <cstdint>
#include <string_view>

#include "runtime/report/report_value.h"
#include "runtime/report/scratch.h"

namespace hbsan {

bool MatchesPattern(std::string_view pattern, std::string_view text);

enum class SuppressionKind : std::uint8_t {
  kRace,
  kRaceTop,
  kCalledFromLib,
  kThread,
  kMutex,
  kSignal,
  kDeadlock,
};

struct Suppression {
  SuppressionKind kind = SuppressionKind::kRace;
  std::string_view rule;  // as written: "race:foo"
  std::string_view pattern;
  bool builtin = false;  // of the program itself (__hbsan_default_suppressions): not listed when it
                         // never matched
  std::string_view reason;  // as written; empty: none
  std::string_view until;   // its last day; empty: for good
  bool expired = false;
  std::uint64_t hits = 0;
  // Where it matched: hashes of the innermost functions of what it left out, the first few.
  static constexpr std::uint32_t kBroad = 5;
  std::uint64_t functions[kBroad] = {};
  std::uint32_t function_count = 0;
  Suppression* next = nullptr;

  // It left out races of many functions: more, perhaps, than was meant.
  bool broad() const { return function_count == kBroad; }
};

// The day as a number that orders as days do, e.g. 20261231; 0: no date of the form YYYY-MM-DD.
std::uint32_t DayOf(std::string_view date);

class Suppressions {
 public:
  // Rules that are added later count as expired if their last day was before `day` (see DayOf).
  void SetToday(std::uint32_t day) { today_ = day; }
  // Adds the rules of `text`, which outlives this. Returns the first malformed line, or an empty
  // view.
  std::string_view Add(std::string_view text, bool builtin, Scratch& keep);
  bool empty() const { return first_ == nullptr; }
  // The first rule that leaves `report` out, or null. Counts the hit.
  Suppression* Match(const Report& report);
  const Suppression* first() const { return first_; }
  // "hbsan: suppressed 3 reports: ..." and the rules that never matched. Appends nothing without
  // rules.
  void PrintStatistics(TextBuffer& out) const;
  // In a forked child: no rule has matched yet.
  void ForgetHits();

 private:
  template <typename Wanted>
  void PrintList(std::string_view heading, Wanted wanted, TextBuffer& out) const;

  std::uint32_t today_ = 0;
  Suppression* first_ = nullptr;
  Suppression** end_ = &first_;
};

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_SUPPRESSIONS_H_
