#include "tools/report/writers.h"

#include <map>

#include "absl/strings/str_cat.h"

namespace hbsan::tools {

absl::StatusOr<Writer> FindWriter(const std::string& format) {
  static const std::map<std::string, Writer> kWriters = {
      {"text", WriteText},     {"json", WriteJson},   {"sarif", WriteSarif},
      {"github", WriteGithub}, {"junit", WriteJunit}, {"html", WriteHtml},
  };
  const auto found = kWriters.find(format);
  if (found != kWriters.end()) return found->second;
  return absl::InvalidArgumentError(
      absl::StrCat("no format ", format, ": text, json, sarif, html, github or junit"));
}

}  // namespace hbsan::tools
