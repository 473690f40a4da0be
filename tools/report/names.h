// Names of C++ functions as a programmer writes them, from demangled ones.
#ifndef HBSAN_TOOLS_REPORT_NAMES_H_
#define HBSAN_TOOLS_REPORT_NAMES_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace hbsan::tools {

// std::string and its like by that name; standard containers without their allocator.
std::string ShortName(std::string_view name);

// `name` in `columns`, as far as that is possible: the arguments of templates and functions become
// "...", the innermost first.
std::string Fitted(const std::string& name, size_t columns);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_NAMES_H_
