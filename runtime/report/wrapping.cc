#include "runtime/report/wrapping.h"

#include <algorithm>

#include "runtime/report/substring.h"

namespace hbsan {

std::size_t ColumnsOf(char byte) {
  if (byte == '\t') return kTabColumns;
  const bool continues_a_character = (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
  return continues_a_character ? 0 : 1;
}

std::size_t ColumnsOf(std::string_view text) {
  std::size_t columns = 0;
  for (const char byte : text) columns += ColumnsOf(byte);
  return columns;
}

void PrintWrapped(std::string_view text, std::size_t indentation, TextBuffer& out) {
  std::size_t column = 0;
  while (!text.empty()) {
    // The spaces before a word belong to it.
    const std::size_t word = std::min(text.find_first_not_of(' '), text.size());
    const std::size_t length = std::min(text.find(' ', word), text.size());
    const std::size_t columns = ColumnsOf(Substring(text, 0, length));
    if (column > indentation && column + columns > kColumns) {
      out << '\n';
      out.Spaces(indentation) << Substring(text, word, length - word);
      column = indentation + columns - word;
    } else {
      out << Substring(text, 0, length);
      column += columns;
    }
    text.remove_prefix(length);
  }
}

}  // namespace hbsan
