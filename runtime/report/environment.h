// The process's environment and program path as they were at its start, read without libc's help.
#ifndef HBSAN_RUNTIME_REPORT_ENVIRONMENT_H_
#define HBSAN_RUNTIME_REPORT_ENVIRONMENT_H_

#include <string_view>

#include "runtime/report/scratch.h"

namespace hbsan {

// The value of an environment variable; a null view if it is not set. The view is into the
// environment itself: copy what has to last.
std::string_view FindEnvironment(std::string_view name);

// The program's absolute path, or the best known name of it; copied into `keep`.
std::string_view ProgramPath(Scratch& keep);
// `path` made absolute by the working directory; copied into `keep`.
std::string_view AbsolutePath(std::string_view path, Scratch& keep);

// `path` without its "x/..", "." and double slashes, appended to `out`. Lexical: a name below a
// symbolic link may become another file's.
void PrintNormalized(std::string_view path, TextBuffer& out);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_ENVIRONMENT_H_
