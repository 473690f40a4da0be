// Names of C++ functions as a programmer writes them: std::string, and templates of the standard
// library without the arguments that nobody gives.
#ifndef HBSAN_RUNTIME_REPORT_SHORT_NAME_H_
#define HBSAN_RUNTIME_REPORT_SHORT_NAME_H_

#include <string_view>

#include "runtime/report/scratch.h"

namespace hbsan {

// `name`: demangled, as llvm-symbolizer prints it; any other text is printed as it is.
void PrintShortName(std::string_view name, TextBuffer& out);

// The same in `columns`, as far as that is possible: the arguments of templates and functions
// become
// "...", the innermost first.
void PrintShortName(std::string_view name, std::size_t columns, TextBuffer& out);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_SHORT_NAME_H_
