// What -D_FORTIFY_SOURCE makes of the memory and string functions: the same accesses, and the room
// that the real one checks.
#include <sys/types.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>

#include "runtime/interceptors/accesses.h"
#include "runtime/interceptors/stdio_files.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

using hbsan::Length;
using hbsan::ReadBounded;
using hbsan::ReadMemory;
using hbsan::ReadString;
using hbsan::WriteMemory;
using hbsan::WriteString;

#define HBSAN_COPY_CHK(name)                                                                 \
  INTERCEPTOR(void*, name, void* to, const void* from, std::size_t size, std::size_t room) { \
    ReadMemory(HBSAN_CALLER_PC(), from, size);                                               \
    WriteMemory(HBSAN_CALLER_PC(), to, std::min(size, room));                                \
    return REAL(name)(to, from, size, room);                                                 \
  }
HBSAN_COPY_CHK(__memcpy_chk)
HBSAN_COPY_CHK(__memmove_chk)
HBSAN_COPY_CHK(__mempcpy_chk)

INTERCEPTOR(void*, __memset_chk, void* to, int value, std::size_t size, std::size_t room) {
  WriteMemory(HBSAN_CALLER_PC(), to, std::min(size, room));
  return REAL(__memset_chk)(to, value, size, room);
}

INTERCEPTOR(void, __explicit_bzero_chk, void* p, std::size_t size, std::size_t room) {
  WriteMemory(HBSAN_CALLER_PC(), p, std::min(size, room));
  REAL(__explicit_bzero_chk)(p, size, room);
}

#define HBSAN_STRING_COPY_CHK(name)                                        \
  INTERCEPTOR(char*, name, char* to, const char* from, std::size_t room) { \
    ReadString(HBSAN_CALLER_PC(), from);                                   \
    WriteMemory(HBSAN_CALLER_PC(), to, std::min(Length(from) + 1, room));  \
    return REAL(name)(to, from, room);                                     \
  }
HBSAN_STRING_COPY_CHK(__strcpy_chk)
HBSAN_STRING_COPY_CHK(__stpcpy_chk)

#define HBSAN_BOUNDED_COPY_CHK(name)                                                         \
  INTERCEPTOR(char*, name, char* to, const char* from, std::size_t size, std::size_t room) { \
    ReadBounded(HBSAN_CALLER_PC(), from, size);                                              \
    WriteMemory(HBSAN_CALLER_PC(), to, std::min(size, room));                                \
    return REAL(name)(to, from, size, room);                                                 \
  }
HBSAN_BOUNDED_COPY_CHK(__strncpy_chk)
HBSAN_BOUNDED_COPY_CHK(__stpncpy_chk)

INTERCEPTOR(char*, __strcat_chk, char* to, const char* from, std::size_t room) {
  const std::size_t old = Length(to);
  ReadMemory(HBSAN_CALLER_PC(), to, old + 1);
  ReadString(HBSAN_CALLER_PC(), from);
  WriteMemory(HBSAN_CALLER_PC(), to + old, Length(from) + 1);
  return REAL(__strcat_chk)(to, from, room);
}

INTERCEPTOR(char*, __strncat_chk, char* to, const char* from, std::size_t limit, std::size_t room) {
  const std::size_t old = Length(to);
  ReadMemory(HBSAN_CALLER_PC(), to, old + 1);
  ReadBounded(HBSAN_CALLER_PC(), from, limit);
  WriteMemory(HBSAN_CALLER_PC(), to + old, hbsan::BoundedLength(from, limit) + 1);
  return REAL(__strncat_chk)(to, from, limit, room);
}

INTERCEPTOR(char*, __fgets_chk, char* buffer, std::size_t room, int size, std::FILE* file) {
  hbsan::BeforeInput(HBSAN_CALLER_PC(), file);
  char* line = REAL(__fgets_chk)(buffer, room, size, file);
  hbsan::AfterInput(file);
  WriteString(HBSAN_CALLER_PC(), line);
  return line;
}

INTERCEPTOR(std::size_t, __fread_chk, void* buffer, std::size_t room, std::size_t size,
            std::size_t count, std::FILE* file) {
  hbsan::BeforeInput(HBSAN_CALLER_PC(), file);
  const std::size_t n = REAL(__fread_chk)(buffer, room, size, count, file);
  hbsan::AfterInput(file);
  WriteMemory(HBSAN_CALLER_PC(), buffer, n * size);
  return n;
}

INTERCEPTOR(char*, __getcwd_chk, char* buffer, std::size_t size, std::size_t room) {
  char* path = REAL(__getcwd_chk)(buffer, size, room);
  WriteString(HBSAN_CALLER_PC(), path);
  return path;
}

INTERCEPTOR(char*, __realpath_chk, const char* path, char* result, std::size_t room) {
  ReadString(HBSAN_CALLER_PC(), path);
  char* resolved = REAL(__realpath_chk)(path, result, room);
  WriteString(HBSAN_CALLER_PC(), resolved);
  return resolved;
}

INTERCEPTOR(ssize_t, __readlink_chk, const char* path, char* buffer, std::size_t size,
            std::size_t room) {
  ReadString(HBSAN_CALLER_PC(), path);
  const ssize_t n = REAL(__readlink_chk)(path, buffer, size, room);
  if (n > 0) WriteMemory(HBSAN_CALLER_PC(), buffer, static_cast<std::size_t>(n));
  return n;
}
