// Well-known shapes of races, recognised from a report's own evidence, and what usually mends them.
#ifndef HBSAN_TOOLS_REPORT_PATTERN_H_
#define HBSAN_TOOLS_REPORT_PATTERN_H_

#include <string_view>

#include "tools/report/race.h"

namespace hbsan::tools {

struct Pattern {
  std::string_view name;  // e.g. "lock on one side only"
  std::string_view fix;   // one or two sentences
};

// The most specific pattern that the evidence supports, or null. Never a guess from names of
// variables.
const Pattern* RecognisePattern(const Race& race);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_PATTERN_H_
