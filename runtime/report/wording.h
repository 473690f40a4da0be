// The words that text, JSON and explanations share.
#ifndef HBSAN_RUNTIME_REPORT_WORDING_H_
#define HBSAN_RUNTIME_REPORT_WORDING_H_

#include <string_view>

#include "runtime/report/report_value.h"
#include "runtime/report/scratch.h"

namespace hbsan {

// "main thread", "thread T2", "goroutine 5".
void PrintThreadName(std::uint32_t number, bool goroutine, TextBuffer& out);
void PrintThreadName(const ReportThread& thread, TextBuffer& out);

// "write", "atomic read", "free", ...: what an access did, in lower case.
std::string_view AccessWord(AccessKind kind, AccessFlavor flavor);

// `path` as options want it shown: what follows the last occurrence of `prefix`'s text.
std::string_view ShownPath(std::string_view path, std::string_view prefix);

// "file:line:column", as much of it as is known.
void PrintPosition(const ReportFrame& frame, std::string_view strip_path_prefix, TextBuffer& out);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_WORDING_H_
