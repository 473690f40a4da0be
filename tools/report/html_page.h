// The fixed parts of the HTML report.
#ifndef HBSAN_TOOLS_REPORT_HTML_PAGE_H_
#define HBSAN_TOOLS_REPORT_HTML_PAGE_H_

namespace hbsan::tools {

extern const char kHtmlStyle[];
// Search and grouping; without it the page shows all races in one list.
extern const char kHtmlScript[];

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_HTML_PAGE_H_
