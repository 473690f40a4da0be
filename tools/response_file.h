// Response files: `@file` on a command line stands for the words in that file.
#ifndef HBSAN_TOOLS_RESPONSE_FILE_H_
#define HBSAN_TOOLS_RESPONSE_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace hbsan::tools {

// Splits text as clang does with GNU quoting: words end at white space; ' and " quote; a backslash,
// also inside quotes, takes the next character as it is.
std::vector<std::string> SplitResponseText(std::string_view text);

// `args` with each `@file` replaced by the file's words, which may name further files. As in clang,
// an argument whose file does not exist stays, and names are relative to the current directory.
// Fails if a file includes itself or cannot be read.
absl::StatusOr<std::vector<std::string>> ExpandResponseFiles(const std::vector<std::string>& args);

// `args` as the text of a response file.
std::string ToResponseText(const std::vector<std::string>& args);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_RESPONSE_FILE_H_
