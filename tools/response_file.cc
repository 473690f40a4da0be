#include "tools/response_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace hbsan::tools {
namespace {

namespace fs = std::filesystem;

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Appends `args`, expanded, to `out`. `open` are the files being expanded, outermost first.
absl::Status Expand(const std::vector<std::string>& args, std::vector<fs::path>& open,
                    std::vector<std::string>& out) {
  for (const std::string& arg : args) {
    std::error_code error;
    if (arg.size() < 2 || arg[0] != '@' || !fs::exists(arg.substr(1), error)) {
      out.push_back(arg);
      continue;
    }
    const fs::path file = fs::weakly_canonical(arg.substr(1), error);
    if (std::find(open.begin(), open.end(), file) != open.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("response file ", file.string(), " includes itself"));
    }
    std::ifstream stream(file);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream) {
      return absl::InvalidArgumentError(
          absl::StrCat("cannot read the response file ", file.string()));
    }
    open.push_back(file);
    absl::Status status = Expand(SplitResponseText(text), open, out);
    open.pop_back();
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> SplitResponseText(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      word += text[++i];
      in_word = true;
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;  // '' is a word, an empty one
    } else if (!IsSpace(c)) {
      word += c;
      in_word = true;
    } else if (in_word) {
      words.push_back(std::move(word));
      word.clear();
      in_word = false;
    }
  }
  if (in_word) words.push_back(std::move(word));
  return words;
}

absl::StatusOr<std::vector<std::string>> ExpandResponseFiles(const std::vector<std::string>& args) {
  std::vector<fs::path> open;
  std::vector<std::string> out;
  if (absl::Status status = Expand(args, open, out); !status.ok()) return status;
  return out;
}

std::string ToResponseText(const std::vector<std::string>& args) {
  std::string text;
  for (const std::string& arg : args) {
    text += '"';
    for (const char c : arg) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += "\"\n";
  }
  return text;
}

}  // namespace hbsan::tools
