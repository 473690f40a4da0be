// Text for HTML, and the picture of a race.
#ifndef HBSAN_TOOLS_REPORT_HTML_H_
#define HBSAN_TOOLS_REPORT_HTML_H_

#include <ostream>
#include <string>
#include <string_view>

#include "tools/report/race.h"

namespace hbsan::tools {

// `text` with what HTML reserves escaped; for text and quoted attributes.
std::string Escape(std::string_view text);

// The space-time diagram of a race as inline SVG: the two threads as lines, time downwards; what
// ordered them last and the release that went unheard, as far as known; the accesses; and between
// them the window in which nothing orders them. Its description says the same in words.
void WriteDiagram(const Race& race, std::ostream& out);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_HTML_H_
