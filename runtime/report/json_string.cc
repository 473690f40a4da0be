#include <algorithm>

#include "runtime/report/json_report.h"
#include "runtime/report/substring.h"

namespace hbsan {
namespace {

// Length of the valid UTF-8 sequence that `text` starts with; 0 if it is none.
std::size_t SequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool surrogate = first == 0xED && byte(1) >= 0xA0;
  const bool too_large = first == 0xF4 && byte(1) >= 0x90;
  return overlong || surrogate || too_large ? 0 : length;
}

void PrintControl(char c, TextBuffer& out) {
  switch (c) {
    case '\n':
      out << "\\n";
      return;
    case '\t':
      out << "\\t";
      return;
    case '\r':
      out << "\\r";
      return;
    default:
      out << "\\u00" << "0123456789abcdef"[c >> 4] << "0123456789abcdef"[c & 15];
  }
}

}  // namespace

void PrintJsonString(std::string_view text, TextBuffer& out) {
  out << '"';
  while (!text.empty()) {
    const char c = text[0];
    std::size_t length = SequenceLength(text);
    if (length == 0) {
      out << "\xEF\xBF\xBD";
      length = 1;
    } else if (c == '"' || c == '\\') {
      out << '\\' << c;
    } else if (length == 1 && c < ' ') {
      PrintControl(c, out);
    } else {
      out << Substring(text, 0, length);
    }
    text.remove_prefix(length);
  }
  out << '"';
}

}  // namespace hbsan
