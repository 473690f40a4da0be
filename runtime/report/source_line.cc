#include "runtime/report/source_line.h"

#include <algorithm>

#include "runtime/report/input_file.h"
#include "runtime/report/substring.h"

namespace hbsan {
namespace {

constexpr std::size_t kMaxShown = 160;
constexpr std::size_t kNumberWidth = 8;

std::size_t Digits(std::uint32_t number) {
  std::size_t digits = 1;
  for (; number >= 10; number /= 10) ++digits;
  return digits;
}

}  // namespace

std::string_view LineOf(std::string_view text, std::uint32_t line) {
  if (line == 0) return {};
  for (std::uint32_t at = 1; at < line; ++at) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = Substring(text, 0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

void PrintSourceText(std::string_view text, std::uint32_t line, std::uint32_t column,
                     TextBuffer& out) {
  // A line too long is shown around the column.
  std::size_t begin = 0;
  if (text.size() > kMaxShown && column > kMaxShown / 2) {
    begin = std::min<std::size_t>(column - kMaxShown / 2, text.size() - kMaxShown);
  }
  const std::string_view shown = Substring(text, begin, kMaxShown);
  out.Spaces(kNumberWidth - std::min(Digits(line), kNumberWidth)) << line << " | ";
  for (const char c : shown) out << (c == '\t' || static_cast<unsigned char>(c) >= ' ' ? c : '?');
  out << '\n';
  if (column == 0 || column <= begin || column - begin > shown.size()) return;
  out.Spaces(kNumberWidth) << " | ";
  for (const char c : Substring(shown, 0, column - begin - 1)) out << (c == '\t' ? '\t' : ' ');
  out << "^\n";
}

void PrintSourceLine(std::string_view file, std::uint32_t line, std::uint32_t column,
                     TextBuffer& out) {
  if (!file.starts_with('/') || line == 0) return;
  const InputFile source(file.data());
  const std::string_view text = LineOf(source.text(), line);
  if (text.find_first_not_of(" \t") == std::string_view::npos) return;
  PrintSourceText(text, line, column, out);
}

}  // namespace hbsan
