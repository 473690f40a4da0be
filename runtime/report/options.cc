#include "runtime/report/options.h"

#include <algorithm>

#include "runtime/report/input_file.h"
#include "runtime/report/substring.h"

namespace hbsan {
namespace {

constexpr std::string_view kSeparators = " ,:\t\n\r";
constexpr int kMaxIncludeDepth = 8;

struct Entry {
  std::string_view whole;  // as written
  std::string_view name;
  std::string_view value;
  bool well_formed = false;
};

// Takes the next entry off `text`; false at its end.
bool NextEntry(std::string_view& text, Entry& entry) {
  text.remove_prefix(std::min(text.find_first_not_of(kSeparators), text.size()));
  if (text.empty()) return false;
  const std::size_t name_end = std::min(text.find_first_of(" ,:\t\n\r="), text.size());
  entry = {};
  entry.whole = entry.name = Substring(text, 0, name_end);
  if (name_end == text.size() || text[name_end] != '=') {
    text.remove_prefix(name_end);
    return true;
  }
  std::size_t begin = name_end + 1;
  std::size_t end = begin;
  std::size_t next = begin;
  if (begin < text.size() && (text[begin] == '"' || text[begin] == '\'')) {
    end = text.find(text[begin], begin + 1);
    entry.well_formed = end != std::string_view::npos;
    end = std::min(end, text.size());
    next = std::min(end + 1, text.size());
    ++begin;
  } else {
    end = next = std::min(text.find_first_of(kSeparators, begin), text.size());
    entry.well_formed = true;
  }
  entry.whole = Substring(text, 0, next);
  entry.value = Substring(text, begin, end - begin);
  text.remove_prefix(next);
  return true;
}

bool ParseFlag(std::string_view value, bool& flag) {
  const bool on = value == "1" || value == "yes" || value == "true";
  const bool off = value == "0" || value == "no" || value == "false";
  if (on || off) flag = on;
  return on || off;
}

bool ParseNumber(std::string_view value, int& number) {
  const bool negative = value.starts_with('-');
  if (negative) value.remove_prefix(1);
  if (value.empty() || value.size() > 9) return false;
  int result = 0;
  for (const char c : value) {
    if (c < '0' || c > '9') return false;
    result = result * 10 + (c - '0');
  }
  number = negative ? -result : result;
  return true;
}

template <typename E, std::size_t kCount>
bool ParseName(std::string_view value, const std::string_view (&names)[kCount], E& result) {
  for (std::size_t i = 0; i < kCount; ++i) {
    if (value != names[i]) continue;
    result = static_cast<E>(i);
    return true;
  }
  return false;
}

bool SetOption(const OptionRow& row, std::string_view value, Options& options, Scratch& keep) {
  if (row.flag != nullptr) return ParseFlag(value, options.*row.flag);
  if (row.number != nullptr) return ParseNumber(value, options.*row.number);
  if (row.format != nullptr) return ParseName(value, {"text", "json"}, options.*row.format);
  if (row.color != nullptr)
    return ParseName(value, {"auto", "always", "never"}, options.*row.color);
  options.*row.text = keep.Copy(value);
  return true;
}

class Parser {
 public:
  Parser(Options& options, Scratch& keep, TextBuffer& problems)
      : options_(options), keep_(keep), problems_(problems) {}

  void Parse(std::string_view text, int depth) {
    Entry entry;
    while (NextEntry(text, entry)) {
      if (!entry.well_formed || !Apply(entry, depth)) {
        if (!problems_.empty()) problems_ << ", ";
        problems_ << entry.whole;
      }
    }
  }

 private:
  bool Apply(const Entry& entry, int depth) {
    if (entry.name == "include") return Include(entry.value, depth);
    if (entry.name == "include_if_exists") return Include(entry.value, depth) || true;
    for (const OptionRow& row : OptionTable()) {
      if (row.name == entry.name) return SetOption(row, entry.value, options_, keep_);
    }
    for (const std::string_view name : IgnoredOptions()) {
      if (name == entry.name) return true;
    }
    return false;
  }

  bool Include(std::string_view path, int depth) {
    if (depth == kMaxIncludeDepth) return false;
    const InputFile file(keep_.Copy(path).data());
    if (!file.ok()) return false;
    Parse(file.text(), depth + 1);
    return true;
  }

  Options& options_;
  Scratch& keep_;
  TextBuffer& problems_;
};

}  // namespace

void ParseOptions(std::string_view text, Options& options, Scratch& keep, TextBuffer& problems) {
  Parser(options, keep, problems).Parse(text, 0);
}

}  // namespace hbsan
