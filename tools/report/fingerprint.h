// What makes two reports tell of the same race.
//
// A fingerprint is made of the kind, of both sides in either order, and of the object. A side is
// the names of the program's own functions on its stack, each once, with their files' last names;
// the expression that the innermost of them accesses or calls; and whether it was atomic, a free or
// the like, but not whether it read or wrote: `++n` is both, and which of the two races is found
// first is chance. The object is a global's name, or the functions that allocated the block. So it
// stays the same over runs, addresses, threads, processes and machines, for inlined functions, when
// lines are added or removed above, and when lambdas are renumbered. Two races on one pair of lines
// differ by expression or object.
//
// The expression is known as a number that the instrumentation makes before any optimization
// (instrumentation/pass/expressions.h). Columns, which stand in for it in code that a stock
// compiler instrumented, are not as good: of accesses that the optimizer joins, any one's is left.
#ifndef HBSAN_TOOLS_REPORT_FINGERPRINT_H_
#define HBSAN_TOOLS_REPORT_FINGERPRINT_H_

#include <string>
#include <string_view>

#include "tools/report/race.h"

namespace hbsan::tools {

// 16 hexadecimal digits.
std::string FingerprintOf(const Race& race);

// The names of the program's own functions on `stack`, each once, with their files' last names: a
// line for each.
std::string FunctionsOf(const Stack& stack);

// Whether the race's fingerprint, or one that it is known as, begins with `prefix`.
bool HasFingerprint(const Race& race, std::string_view prefix);

// `name` without what depends on the optimizer or on the code around it: the numbers of lambdas and
// anonymous types, suffixes such as `.llvm.123` or ` [clone .cold]`.
std::string StableName(std::string_view name);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_FINGERPRINT_H_
