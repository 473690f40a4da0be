#include "runtime/report/source_line.h"

#include <algorithm>

#include "runtime/report/input_file.h"
#include "runtime/report/substring.h"
#include "runtime/report/wrapping.h"

namespace hbsan {
namespace {

constexpr std::size_t kNumberWidth = 8;
constexpr std::size_t kMaxShown = kColumns - kNumberWidth - 3;
constexpr std::size_t kMaxQuoted = 60;
constexpr std::string_view kCut = "...";

std::size_t Digits(std::uint32_t number) {
  std::size_t digits = 1;
  for (; number >= 10; number /= 10) ++digits;
  return digits;
}

void PrintPrintable(char c, TextBuffer& out) {
  if (c == '\t') {
    out.Spaces(kTabColumns);
  } else {
    out << (static_cast<unsigned char>(c) >= ' ' ? c : '?');
  }
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
  const bool has_column = column != 0 && column <= text.size();
  // A line too long is shown around the column.
  std::size_t begin = 0;
  std::size_t end = text.size();
  if (ColumnsOf(text) > kMaxShown) {
    constexpr std::size_t kShown = kMaxShown - 2 * kCut.size();
    std::size_t before = has_column ? ColumnsOf(Substring(text, 0, column - 1)) : 0;
    while (before > kShown / 2 || (begin < text.size() && ColumnsOf(text[begin]) == 0)) {
      before -= ColumnsOf(text[begin++]);
    }
    std::size_t shown = 0;
    for (end = begin; end < text.size() && shown + ColumnsOf(text[end]) <= kShown; ++end) {
      shown += ColumnsOf(text[end]);
    }
  }
  const std::string_view cut_before = begin == 0 ? "" : kCut;
  out.Spaces(kNumberWidth - std::min(Digits(line), kNumberWidth)) << line << " | " << cut_before;
  for (const char c : Substring(text, begin, end - begin)) PrintPrintable(c, out);
  out << (end == text.size() ? "" : kCut) << '\n';
  if (!has_column) return;
  const std::size_t caret = ColumnsOf(Substring(text, begin, column - 1 - begin));
  out.Spaces(kNumberWidth) << " | ";
  out.Spaces(cut_before.size() + caret) << "^\n";
}

void PrintSourceLine(std::string_view file, std::uint32_t line, std::uint32_t column,
                     TextBuffer& out) {
  if (!file.starts_with('/') || line == 0) return;
  const InputFile source(file.data());
  const std::string_view text = LineOf(source.text(), line);
  if (text.find_first_not_of(" \t") == std::string_view::npos) return;
  PrintSourceText(text, line, column, out);
}

void QuoteSourceLine(std::string_view file, std::uint32_t line, TextBuffer& out) {
  if (!file.starts_with('/') || line == 0) return;
  const InputFile source(file.data());
  std::string_view text = LineOf(source.text(), line);
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  if (text.empty()) return;
  const std::string_view shown = Substring(text, 0, kMaxQuoted);
  out << '`';
  for (const char c : shown) PrintPrintable(c, out);
  out << (shown.size() < text.size() ? kCut : "") << '`';
}

}  // namespace hbsan
