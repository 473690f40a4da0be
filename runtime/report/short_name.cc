#include "runtime/report/short_name.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "runtime/report/substring.h"

namespace hbsan {
namespace {

constexpr std::string_view kInlineNamespaces[] = {"__cxx11::", "__1::"};
constexpr std::string_view kDefaults[] = {"std::allocator<", "std::char_traits<",
                                          "std::less<",      "std::hash<",
                                          "std::equal_to<",  "std::default_delete<"};

bool IsNameCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '$';
}

// The length of a template's name and arguments at the start of `text`, of which the first '<' is
// at `open`; 0 if they do not end.
std::size_t LengthOfTemplate(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '<') ++depth;
    if (text[i] == '>' && text[i - 1] != '-' && --depth == 0) return i + 1;
  }
  return 0;
}

class ShortNamePrinter {
 public:
  ShortNamePrinter(std::string_view name, TextBuffer& out) : left_(name), out_(out) {}

  void Print() {
    while (!left_.empty()) {
      const bool starts_name = !IsNameCharacter(last_) && last_ != ':';
      if ((starts_name && (PrintOperator() || PrintStd())) || SkipDefaultArgument()) continue;
      PrintCharacter();
    }
  }

 private:
  void Take(std::size_t length) { left_.remove_prefix(length); }

  // The '<' and '>' of an operator's name are no brackets.
  bool PrintOperator() {
    constexpr std::string_view kOperator = "operator";
    if (!left_.starts_with(kOperator)) return false;
    std::size_t length = kOperator.size();
    while (length < left_.size() && std::string_view("<>=-").find(left_[length]) != left_.npos) {
      ++length;
    }
    out_ << Substring(left_, 0, length);
    last_ = 'r';
    Take(length);
    return true;
  }

  // "std::", without inline namespaces; the typedef names of basic_string<char> and its like.
  bool PrintStd() {
    constexpr std::string_view kStd = "std::";
    if (!left_.starts_with(kStd)) return false;
    Take(kStd.size());
    out_ << kStd;
    last_ = ':';
    for (const std::string_view inline_namespace : kInlineNamespaces) {
      if (left_.starts_with(inline_namespace)) Take(inline_namespace.size());
    }
    constexpr std::string_view kBasic = "basic_";
    constexpr std::string_view kOfChar = "<char, std::char_traits<char>";
    if (!left_.starts_with(kBasic)) return true;
    const std::size_t open = left_.find('<');
    if (open == left_.npos || !Substring(left_, open).starts_with(kOfChar)) return true;
    const std::size_t length = LengthOfTemplate(left_, open);
    if (length == 0) return true;
    out_ << Substring(left_, kBasic.size(), open - kBasic.size());
    last_ = 'c';
    Take(length);
    return true;
  }

  // ", std::allocator<...>" among the arguments of a template.
  bool SkipDefaultArgument() {
    constexpr std::string_view kComma = ", ";
    if ((brackets_ & 1) == 0 || !left_.starts_with(kComma)) return false;
    const std::string_view argument = Substring(left_, kComma.size());
    const auto* const found = std::ranges::find_if(
        kDefaults, [&](std::string_view start) { return argument.starts_with(start); });
    if (found == std::end(kDefaults)) return false;
    const std::size_t length = LengthOfTemplate(argument, found->size() - 1);
    const std::string_view after = Substring(argument, length);
    if (length == 0 ||
        (!after.starts_with('>') && !after.starts_with(" >") && !after.starts_with(kComma))) {
      return false;  // a pointer or reference to one
    }
    Take(kComma.size() + length);
    return true;
  }

  void PrintCharacter() {
    const char c = left_[0];
    if (c == '<' || c == '(' || c == '[' || c == '{') brackets_ = brackets_ << 1 | (c == '<');
    if ((c == '>' && last_ != '-') || c == ')' || c == ']' || c == '}') brackets_ >>= 1;
    out_ << c;
    last_ = c;
    Take(1);
  }

  std::string_view left_;
  TextBuffer& out_;
  char last_ = ' ';
  std::uint64_t brackets_ = 0;  // the open ones, innermost in bit 0: whether it is '<'
};

}  // namespace

void PrintShortName(std::string_view name, TextBuffer& out) { ShortNamePrinter(name, out).Print(); }

}  // namespace hbsan
