// The scanf family, under its old and its C99 names (those that today's headers use).
#include <cstdarg>
#include <cstdio>

#include "runtime/interceptors/accesses.h"
#include "runtime/interceptors/format.h"
#include "runtime/interceptors/stdio_files.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

using hbsan::CheckScanf;

#define HBSAN_UNPACK(...) __VA_ARGS__
#define HBSAN_SCANF(name, vname, parameters, arguments_to_real, before, after)   \
  INTERCEPTOR(int, vname, HBSAN_UNPACK parameters, std::va_list arguments) {     \
    const std::uintptr_t pc = HBSAN_CALLER_PC();                                 \
    std::va_list targets;                                                        \
    va_copy(targets, arguments);                                                 \
    before;                                                                      \
    const int assigned = REAL(vname)(HBSAN_UNPACK arguments_to_real, arguments); \
    after;                                                                       \
    CheckScanf(pc, format, targets, assigned);                                   \
    va_end(targets);                                                             \
    return assigned;                                                             \
  }                                                                              \
  INTERCEPTOR(int, name, HBSAN_UNPACK parameters, ...) {                         \
    const std::uintptr_t pc = HBSAN_CALLER_PC();                                 \
    std::va_list arguments, targets;                                             \
    va_start(arguments, format);                                                 \
    va_copy(targets, arguments);                                                 \
    before;                                                                      \
    const int assigned = REAL(vname)(HBSAN_UNPACK arguments_to_real, arguments); \
    after;                                                                       \
    CheckScanf(pc, format, targets, assigned);                                   \
    va_end(targets);                                                             \
    va_end(arguments);                                                           \
    return assigned;                                                             \
  }

#define HBSAN_SCANF_NAMES(prefix)                                                      \
  HBSAN_SCANF(prefix##scanf, prefix##vscanf, (const char* format), (format),           \
              hbsan::BeforeInput(pc, stdin), hbsan::AfterInput(stdin))                 \
  HBSAN_SCANF(prefix##fscanf, prefix##vfscanf, (std::FILE * file, const char* format), \
              (file, format), hbsan::BeforeInput(pc, file), hbsan::AfterInput(file))   \
  HBSAN_SCANF(prefix##sscanf, prefix##vsscanf, (const char* from, const char* format), \
              (from, format), hbsan::ReadString(pc, from), )

HBSAN_SCANF_NAMES()
HBSAN_SCANF_NAMES(__isoc99_)
HBSAN_SCANF_NAMES(__isoc23_)
