// FILE streams: opening, closing, and what goes in and out.
#include <algorithm>
#include <cstddef>
#include <cstdio>

#include "runtime/descriptors.h"
#include "runtime/interceptors/accesses.h"
#include "runtime/interceptors/stdio_files.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

extern "C" int fileno_unlocked(std::FILE* file) noexcept;

namespace hbsan {

int DescriptorOf(std::FILE* file) { return fileno_unlocked(file); }

}  // namespace hbsan

using hbsan::AfterInput;
using hbsan::BeforeInput;
using hbsan::BeforeOutput;
using hbsan::DescriptorClosed;
using hbsan::DescriptorClosing;
using hbsan::DescriptorOf;
using hbsan::DescriptorOpened;
using hbsan::InRuntime;
using hbsan::ReadMemory;
using hbsan::ReadString;
using hbsan::WriteMemory;
using hbsan::WriteObject;

namespace {

std::FILE* Opened(std::uintptr_t pc, std::FILE* file) {
  if (file != nullptr && !InRuntime()) DescriptorOpened(pc, DescriptorOf(file));
  return file;
}

}  // namespace

#define HBSAN_FOPEN(name)                                             \
  INTERCEPTOR(std::FILE*, name, const char* path, const char* mode) { \
    ReadString(HBSAN_CALLER_PC(), path);                              \
    ReadString(HBSAN_CALLER_PC(), mode);                              \
    return Opened(HBSAN_CALLER_PC(), REAL(name)(path, mode));         \
  }
HBSAN_FOPEN(fopen)
HBSAN_FOPEN(fopen64)
HBSAN_FOPEN(popen)

#define HBSAN_FREOPEN(name)                                                            \
  INTERCEPTOR(std::FILE*, name, const char* path, const char* mode, std::FILE* file) { \
    ReadString(HBSAN_CALLER_PC(), path);                                               \
    ReadString(HBSAN_CALLER_PC(), mode);                                               \
    return Opened(HBSAN_CALLER_PC(), REAL(name)(path, mode, file));                    \
  }
HBSAN_FREOPEN(freopen)
HBSAN_FREOPEN(freopen64)

INTERCEPTOR(std::FILE*, tmpfile) { return Opened(HBSAN_CALLER_PC(), REAL(tmpfile)()); }

INTERCEPTOR(std::FILE*, fdopen, int fd, const char* mode) {
  hbsan::UseDescriptor(HBSAN_CALLER_PC(), fd);
  ReadString(HBSAN_CALLER_PC(), mode);
  return REAL(fdopen)(fd, mode);
}

namespace {

// The close writes out what is buffered.
template <typename Close>
int CloseFile(std::uintptr_t pc, std::FILE* file, Close* real) {
  if (file == nullptr || InRuntime()) return real(file);
  const int fd = DescriptorOf(file);
  BeforeOutput(pc, file);
  DescriptorClosing(pc, fd);
  const int result = real(file);
  DescriptorClosed(fd);
  hbsan::ForgetAt(reinterpret_cast<hbsan::Addr>(file));
  return result;
}

}  // namespace

INTERCEPTOR(int, fclose, std::FILE* file) {
  return CloseFile(HBSAN_CALLER_PC(), file, REAL(fclose));
}

INTERCEPTOR(int, pclose, std::FILE* file) {
  return CloseFile(HBSAN_CALLER_PC(), file, REAL(pclose));
}

INTERCEPTOR(int, fflush, std::FILE* file) {
  BeforeOutput(HBSAN_CALLER_PC(), file);
  return REAL(fflush)(file);
}

// The program's own locking of a FILE, for what it does with it between these calls (getc_unlocked
// is inline), is a lock like any.
INTERCEPTOR(void, flockfile, std::FILE* file) {
  REAL(flockfile)(file);
  hbsan::AcquireAt(reinterpret_cast<hbsan::Addr>(file));
}

INTERCEPTOR(int, ftrylockfile, std::FILE* file) {
  const int result = REAL(ftrylockfile)(file);
  if (result == 0) hbsan::AcquireAt(reinterpret_cast<hbsan::Addr>(file));
  return result;
}

INTERCEPTOR(void, funlockfile, std::FILE* file) {
  hbsan::ReleaseAt(reinterpret_cast<hbsan::Addr>(file), HBSAN_CALLER_PC());
  REAL(funlockfile)(file);
}

// --- Output ---

#define HBSAN_FWRITE(name)                                                              \
  INTERCEPTOR(std::size_t, name, const void* data, std::size_t size, std::size_t count, \
              std::FILE* file) {                                                        \
    ReadMemory(HBSAN_CALLER_PC(), data, size* count);                                   \
    BeforeOutput(HBSAN_CALLER_PC(), file);                                              \
    return REAL(name)(data, size, count, file);                                         \
  }
HBSAN_FWRITE(fwrite)
HBSAN_FWRITE(fwrite_unlocked)

#define HBSAN_FPUTS(name)                                  \
  INTERCEPTOR(int, name, const char* s, std::FILE* file) { \
    ReadString(HBSAN_CALLER_PC(), s);                      \
    BeforeOutput(HBSAN_CALLER_PC(), file);                 \
    return REAL(name)(s, file);                            \
  }
HBSAN_FPUTS(fputs)
HBSAN_FPUTS(fputs_unlocked)

INTERCEPTOR(int, puts, const char* s) {
  ReadString(HBSAN_CALLER_PC(), s);
  BeforeOutput(HBSAN_CALLER_PC(), stdout);
  return REAL(puts)(s);
}

#define HBSAN_FPUTC(name)                          \
  INTERCEPTOR(int, name, int c, std::FILE* file) { \
    BeforeOutput(HBSAN_CALLER_PC(), file);         \
    return REAL(name)(c, file);                    \
  }
HBSAN_FPUTC(fputc)
HBSAN_FPUTC(putc)

INTERCEPTOR(int, putchar, int c) {
  BeforeOutput(HBSAN_CALLER_PC(), stdout);
  return REAL(putchar)(c);
}

// --- Input ---

#define HBSAN_FREAD(name)                                                           \
  INTERCEPTOR(std::size_t, name, void* buffer, std::size_t size, std::size_t count, \
              std::FILE* file) {                                                    \
    BeforeInput(HBSAN_CALLER_PC(), file);                                           \
    const std::size_t n = REAL(name)(buffer, size, count, file);                    \
    AfterInput(file);                                                               \
    WriteMemory(HBSAN_CALLER_PC(), buffer, n* size);                                \
    return n;                                                                       \
  }
HBSAN_FREAD(fread)
HBSAN_FREAD(fread_unlocked)

#define HBSAN_FGETS(name)                                             \
  INTERCEPTOR(char*, name, char* buffer, int size, std::FILE* file) { \
    BeforeInput(HBSAN_CALLER_PC(), file);                             \
    char* line = REAL(name)(buffer, size, file);                      \
    AfterInput(file);                                                 \
    hbsan::WriteString(HBSAN_CALLER_PC(), line);                      \
    return line;                                                      \
  }
HBSAN_FGETS(fgets)
HBSAN_FGETS(fgets_unlocked)

#define HBSAN_FGETC(name)                   \
  INTERCEPTOR(int, name, std::FILE* file) { \
    BeforeInput(HBSAN_CALLER_PC(), file);   \
    const int c = REAL(name)(file);         \
    AfterInput(file);                       \
    return c;                               \
  }
HBSAN_FGETC(fgetc)
HBSAN_FGETC(getc)

INTERCEPTOR(int, getchar) {
  BeforeInput(HBSAN_CALLER_PC(), stdin);
  const int c = REAL(getchar)();
  AfterInput(stdin);
  return c;
}

#define HBSAN_GETDELIM(name)                                                                   \
  INTERCEPTOR(ssize_t, name, char** line, std::size_t* room, int delimiter, std::FILE* file) { \
    BeforeInput(HBSAN_CALLER_PC(), file);                                                      \
    const ssize_t n = REAL(name)(line, room, delimiter, file);                                 \
    LineRead(HBSAN_CALLER_PC(), line, room, n, file);                                          \
    return n;                                                                                  \
  }

namespace {

void LineRead(std::uintptr_t pc, char** line, std::size_t* room, ssize_t n, std::FILE* file) {
  AfterInput(file);
  WriteObject(pc, line);
  WriteObject(pc, room);
  if (n >= 0) WriteMemory(pc, *line, static_cast<std::size_t>(n) + 1);
}

}  // namespace

HBSAN_GETDELIM(getdelim)
HBSAN_GETDELIM(__getdelim)

INTERCEPTOR(ssize_t, getline, char** line, std::size_t* room, std::FILE* file) {
  BeforeInput(HBSAN_CALLER_PC(), file);
  const ssize_t n = REAL(getline)(line, room, file);
  LineRead(HBSAN_CALLER_PC(), line, room, n, file);
  return n;
}
