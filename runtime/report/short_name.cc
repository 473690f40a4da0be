#include "runtime/report/short_name.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "runtime/report/substring.h"
#include "runtime/report/wrapping.h"

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

// The length of an operator's name at the start of `text`, whose '<' and '>' are no brackets; else
// 0.
std::size_t LengthOfOperator(std::string_view text) {
  constexpr std::string_view kOperator = "operator";
  if (!text.starts_with(kOperator)) return 0;
  std::size_t length = kOperator.size();
  while (length < text.size() && std::string_view("<>=-").find(text[length]) != text.npos) ++length;
  return length;
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

  bool PrintOperator() {
    const std::size_t length = LengthOfOperator(left_);
    if (length == 0) return false;
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

// The length of what is in brackets at the start of `text`, brackets and all; 0 if they do not end.
std::size_t LengthInBrackets(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (std::string_view("<([{").find(text[i]) != std::string_view::npos) ++depth;
    const bool closes = std::string_view(">)]}").find(text[i]) != std::string_view::npos &&
                        (text[i] != '>' || text[i - 1] != '-');
    if (closes && --depth == 0) return i + 1;
  }
  return 0;
}

// Prints `name` without what lies deeper than in `depth` brackets.
void PrintElided(std::string_view name, int depth, TextBuffer& out) {
  constexpr std::string_view kElided = "...";
  for (int open = 0; !name.empty();) {
    std::size_t length = std::max<std::size_t>(1, LengthOfOperator(name));
    const bool opens = name[0] == '<' || name[0] == '(';
    const std::size_t group = opens && open == depth ? LengthInBrackets(name) : 0;
    if (group > kElided.size() + 2 && !name.starts_with("(anonymous namespace)")) {
      out << name[0] << kElided << name[group - 1];
      length = group;
    } else {
      out << Substring(name, 0, length);
      if (opens) ++open;
      if (name[0] == '>' || name[0] == ')') --open;
    }
    name.remove_prefix(length);
  }
}

}  // namespace

void PrintShortName(std::string_view name, TextBuffer& out) { ShortNamePrinter(name, out).Print(); }

void PrintShortName(std::string_view name, std::size_t columns, TextBuffer& out) {
  constexpr int kDeepest = 2;
  char first[512], first_elided[512];
  TextBuffer whole(first, sizeof(first)), elided(first_elided, sizeof(first_elided));
  PrintShortName(name, whole);
  elided << whole.view();
  for (int depth = kDeepest; depth >= 0 && ColumnsOf(elided.view()) > columns; --depth) {
    elided.clear();
    PrintElided(whole.view(), depth, elided);
  }
  out << elided.view();
}

}  // namespace hbsan
