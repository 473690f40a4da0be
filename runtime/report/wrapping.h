// Text that fits 100 columns.
#ifndef HBSAN_RUNTIME_REPORT_WRAPPING_H_
#define HBSAN_RUNTIME_REPORT_WRAPPING_H_

#include <cstddef>
#include <string_view>

#include "runtime/report/scratch.h"

namespace hbsan {

inline constexpr std::size_t kColumns = 100;

// How many columns `text` takes: a character of UTF-8 is one, a tab kTabColumns.
std::size_t ColumnsOf(std::string_view text);
inline constexpr std::size_t kTabColumns = 2;
std::size_t ColumnsOf(char byte);

// Appends `text` in lines of at most kColumns, broken at spaces, without the last line's end. Lines
// after the first begin with `indentation` spaces. A word that is too long stays whole.
void PrintWrapped(std::string_view text, std::size_t indentation, TextBuffer& out);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_WRAPPING_H_
