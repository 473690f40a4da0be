// One line of a source file, to show under a frame.
#ifndef HBSAN_RUNTIME_REPORT_SOURCE_LINE_H_
#define HBSAN_RUNTIME_REPORT_SOURCE_LINE_H_

#include <cstdint>
#include <string_view>

#include "runtime/report/scratch.h"

namespace hbsan {

// The line `line` (from 1) of `text`, without its end; a null view if there is none.
std::string_view LineOf(std::string_view text, std::uint32_t line);

// Appends
//      12 |   ++counter;
//         |   ^
// if the file can be read and has that line. `column` counts from 1; 0: no caret.
void PrintSourceLine(std::string_view file, std::uint32_t line, std::uint32_t column,
                     TextBuffer& out);
// The same for a line that is at hand.
void PrintSourceText(std::string_view text, std::uint32_t line, std::uint32_t column,
                     TextBuffer& out);

// Appends that line's text without the spaces around it, cut to a few words if it is long; nothing
// if it cannot be read.
void QuoteSourceLine(std::string_view file, std::uint32_t line, TextBuffer& out);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_SOURCE_LINE_H_
