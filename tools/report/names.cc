#include "tools/report/names.h"

#include <algorithm>

#include "absl/strings/str_replace.h"

namespace hbsan::tools {
namespace {

constexpr std::string_view kOperator = "operator";
constexpr std::string_view kAllocator = ", std::allocator<";
constexpr int kDeepest = 2;

// The length of what is in brackets at the start of `text`, brackets and all; 0 if they do not end.
size_t LengthInBrackets(std::string_view text) {
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '<' || text[i] == '(') ++depth;
    if (text[i] == ')' || (text[i] == '>' && text[i - 1] != '-')) {
      if (--depth == 0) return i + 1;
    }
  }
  return 0;
}

// The length of an operator's name at the start of `text`, whose '<' and '>' are no brackets; 0 if
// there is none.
size_t LengthOfOperator(std::string_view text) {
  if (!text.starts_with(kOperator)) return 0;
  return std::min(text.find_first_not_of("<>=-", kOperator.size()), text.size());
}

// `name` without what lies deeper than in `depth` brackets.
std::string Elided(std::string_view name, int depth) {
  constexpr std::string_view kElided = "...";
  std::string elided;
  for (int open = 0; !name.empty();) {
    size_t length = std::max<size_t>(1, LengthOfOperator(name));
    const bool opens = name[0] == '<' || name[0] == '(';
    const size_t group = opens && open == depth ? LengthInBrackets(name) : 0;
    if (group > kElided.size() + 2 && !name.starts_with("(anonymous namespace)")) {
      elided += name[0];
      elided += kElided;
      elided += name[group - 1];
      length = group;
    } else {
      elided += name.substr(0, length);
      if (opens) ++open;
      if (name[0] == '>' || name[0] == ')') --open;
    }
    name.remove_prefix(length);
  }
  return elided;
}

}  // namespace

std::string ShortName(std::string_view name) {
  std::string text = absl::StrReplaceAll(
      std::string(name),
      {{"std::__cxx11::", "std::"},
       {"std::basic_string_view<char, std::char_traits<char> >", "std::string_view"},
       {"std::basic_string_view<char, std::char_traits<char>>", "std::string_view"},
       {"> >", ">>"}});
  text = absl::StrReplaceAll(
      text,
      {{"std::basic_string<char, std::char_traits<char>, std::allocator<char>>", "std::string"}});
  for (size_t at = text.find(kAllocator); at != std::string::npos; at = text.find(kAllocator, at)) {
    const size_t brackets = at + kAllocator.size() - 1;
    const size_t end = brackets + LengthInBrackets(std::string_view(text).substr(brackets));
    // The last argument of a template.
    if (end != brackets && end < text.size() && text[end] == '>') {
      text.erase(at, end - at);
    } else {
      at += kAllocator.size();
    }
  }
  return text;
}

std::string Fitted(const std::string& name, size_t columns) {
  std::string fitted = name;
  for (int depth = kDeepest; depth >= 0 && fitted.size() > columns; --depth) {
    fitted = Elided(name, depth);
  }
  return fitted;
}

}  // namespace hbsan::tools
