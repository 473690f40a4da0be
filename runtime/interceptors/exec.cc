// The exec family: the new program must not find the report's symbolizer among its children.
#include <alloca.h>
#include <unistd.h>

#include <cstdarg>
#include <cstddef>

#include "runtime/real.h"
#include "runtime/report/report.h"
#include "runtime/runtime.h"

namespace hbsan {
namespace {

void BeforeExec() {
  if (InRuntime()) return;
  RuntimeScope scope;
  ReportsBeforeExec();
}

}  // namespace
}  // namespace hbsan

INTERCEPTOR(int, execve, const char* path, char* const* arguments, char* const* environment) {
  hbsan::BeforeExec();
  return REAL(execve)(path, arguments, environment);
}

INTERCEPTOR(int, fexecve, int fd, char* const* arguments, char* const* environment) {
  hbsan::BeforeExec();
  return REAL(fexecve)(fd, arguments, environment);
}

INTERCEPTOR(int, execveat, int directory, const char* path, char* const* arguments,
            char* const* environment, int flags) {
  hbsan::BeforeExec();
  return REAL(execveat)(directory, path, arguments, environment, flags);
}

INTERCEPTOR(int, execv, const char* path, char* const* arguments) {
  hbsan::BeforeExec();
  return REAL(execv)(path, arguments);
}

INTERCEPTOR(int, execvp, const char* file, char* const* arguments) {
  hbsan::BeforeExec();
  return REAL(execvp)(file, arguments);
}

INTERCEPTOR(int, execvpe, const char* file, char* const* arguments, char* const* environment) {
  hbsan::BeforeExec();
  return REAL(execvpe)(file, arguments, environment);
}

// Collects variadic arguments, of which `first` is the first, up to the null that ends them.
#define HBSAN_COLLECT_ARGUMENTS(arguments, list, first)                                    \
  std::size_t arguments##_count = 1;                                                       \
  va_start(list, first);                                                                   \
  while (va_arg(list, char*) != nullptr) ++arguments##_count;                              \
  va_end(list);                                                                            \
  char** arguments = static_cast<char**>(alloca((arguments##_count + 1) * sizeof(char*))); \
  arguments[0] = const_cast<char*>(first);                                                 \
  va_start(list, first);                                                                   \
  for (std::size_t i = 1; i <= arguments##_count; ++i) arguments[i] = va_arg(list, char*)

INTERCEPTOR(int, execl, const char* path, const char* first, ...) {
  va_list list;
  HBSAN_COLLECT_ARGUMENTS(arguments, list, first);
  va_end(list);
  hbsan::BeforeExec();
  return REAL(execv)(path, arguments);
}

INTERCEPTOR(int, execlp, const char* file, const char* first, ...) {
  va_list list;
  HBSAN_COLLECT_ARGUMENTS(arguments, list, first);
  va_end(list);
  hbsan::BeforeExec();
  return REAL(execvp)(file, arguments);
}

INTERCEPTOR(int, execle, const char* path, const char* first, ...) {
  va_list list;
  HBSAN_COLLECT_ARGUMENTS(arguments, list, first);
  char* const* environment = va_arg(list, char* const*);
  va_end(list);
  hbsan::BeforeExec();
  return REAL(execve)(path, arguments, environment);
}
