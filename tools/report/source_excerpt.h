// Lines of the program's sources, as far as the files are here.
#ifndef HBSAN_TOOLS_REPORT_SOURCE_EXCERPT_H_
#define HBSAN_TOOLS_REPORT_SOURCE_EXCERPT_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tools/report/race.h"

namespace hbsan::tools {

struct SourceLine {
  uint32_t number = 0;
  std::string_view text;
};

// Keeps the files it has read.
class SourceFiles {
 public:
  // The frame's line with up to `around` lines before and after; empty if the file or the line is
  // not there. A relative file name is looked for below `root`.
  std::vector<SourceLine> Around(const Frame& frame, uint32_t around, const std::string& root);

 private:
  const std::vector<std::string>& Lines(const std::string& path);

  std::map<std::string, std::vector<std::string>> files_;
};

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_SOURCE_EXCERPT_H_
