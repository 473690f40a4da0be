// The printf family. Each function with arguments of its own is its va_list form; so are the
// fortified ones.
#include <algorithm>
#include <cstdarg>
#include <cstddef>
#include <cstdio>

#include "runtime/interceptors/accesses.h"
#include "runtime/interceptors/format.h"
#include "runtime/interceptors/stdio_files.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

using hbsan::BeforeOutput;
using hbsan::CheckPrintf;
using hbsan::WriteMemory;

namespace {

// snprintf's output, given its result.
void WriteOutput(std::uintptr_t pc, char* to, std::size_t room, int result) {
  if (result >= 0) WriteMemory(pc, to, std::min(room, static_cast<std::size_t>(result) + 1));
}

constexpr std::size_t kNoLimit = ~std::size_t{0};

}  // namespace

// Defines `name` with an ellipsis and `vname` with a va_list. `before` and `after` may use pc,
// arguments and, after, result.
#define HBSAN_PRINTF(name, vname, parameters, arguments_to_real, before, after) \
  INTERCEPTOR(int, vname, HBSAN_UNPACK parameters, std::va_list arguments) {    \
    const std::uintptr_t pc = HBSAN_CALLER_PC();                                \
    CheckPrintf(pc, format, arguments);                                         \
    before;                                                                     \
    const int result = REAL(vname)(HBSAN_UNPACK arguments_to_real, arguments);  \
    after;                                                                      \
    return result;                                                              \
  }                                                                             \
  INTERCEPTOR(int, name, HBSAN_UNPACK parameters, ...) {                        \
    const std::uintptr_t pc = HBSAN_CALLER_PC();                                \
    std::va_list arguments;                                                     \
    va_start(arguments, format);                                                \
    CheckPrintf(pc, format, arguments);                                         \
    before;                                                                     \
    const int result = REAL(vname)(HBSAN_UNPACK arguments_to_real, arguments);  \
    va_end(arguments);                                                          \
    after;                                                                      \
    return result;                                                              \
  }
#define HBSAN_UNPACK(...) __VA_ARGS__

HBSAN_PRINTF(printf, vprintf, (const char* format), (format), BeforeOutput(pc, stdout), )
HBSAN_PRINTF(fprintf, vfprintf, (std::FILE * file, const char* format), (file, format),
             BeforeOutput(pc, file), )
HBSAN_PRINTF(dprintf, vdprintf, (int fd, const char* format), (fd, format),
             (hbsan::UseDescriptor(pc, fd), hbsan::SendThrough(pc, fd)), )
HBSAN_PRINTF(sprintf, vsprintf, (char* to, const char* format), (to, format), ,
             WriteOutput(pc, to, kNoLimit, result))
HBSAN_PRINTF(snprintf, vsnprintf, (char* to, std::size_t room, const char* format),
             (to, room, format), , WriteOutput(pc, to, room, result))
HBSAN_PRINTF(
    asprintf, vasprintf, (char** to, const char* format), (to, format), , if (result >= 0) {
      hbsan::WriteObject(pc, to);
      WriteOutput(pc, *to, kNoLimit, result);
    })

HBSAN_PRINTF(__printf_chk, __vprintf_chk, (int flag, const char* format), (flag, format),
             BeforeOutput(pc, stdout), )
HBSAN_PRINTF(__fprintf_chk, __vfprintf_chk, (std::FILE * file, int flag, const char* format),
             (file, flag, format), BeforeOutput(pc, file), )
HBSAN_PRINTF(__dprintf_chk, __vdprintf_chk, (int fd, int flag, const char* format),
             (fd, flag, format), (hbsan::UseDescriptor(pc, fd), hbsan::SendThrough(pc, fd)), )
HBSAN_PRINTF(
    __asprintf_chk, __vasprintf_chk, (char** to, int flag, const char* format), (to, flag, format),
    , if (result >= 0) {
      hbsan::WriteObject(pc, to);
      WriteOutput(pc, *to, kNoLimit, result);
    })
HBSAN_PRINTF(__sprintf_chk, __vsprintf_chk,
             (char* to, int flag, std::size_t real_room, const char* format),
             (to, flag, real_room, format), , WriteOutput(pc, to, kNoLimit, result))
HBSAN_PRINTF(__snprintf_chk, __vsnprintf_chk,
             (char* to, std::size_t room, int flag, std::size_t real_room, const char* format),
             (to, room, flag, real_room, format), , WriteOutput(pc, to, room, result))
