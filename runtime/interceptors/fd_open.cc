// Calls that hand out descriptors of files and pipes, and duplicates.
#include <fcntl.h>

#include <cstdarg>

#include "runtime/descriptors.h"
#include "runtime/interceptors/accesses.h"
#include "runtime/interceptors/file_locks.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

using hbsan::DescriptorDuplicated;
using hbsan::DescriptorOpened;
using hbsan::ReadString;
using hbsan::UseDescriptor;

namespace {

// The mode is there only if the flags ask for it; reading it anyway yields garbage that the kernel
// ignores.
#define HBSAN_TAKE_MODE(flags)              \
  va_list more;                             \
  va_start(more, flags);                    \
  const mode_t mode = va_arg(more, mode_t); \
  va_end(more)

int Opened(std::uintptr_t pc, int fd) {
  DescriptorOpened(pc, fd);
  return fd;
}

}  // namespace

#define HBSAN_OPEN(name)                                             \
  INTERCEPTOR(int, name, const char* path, int flags, ...) {         \
    HBSAN_TAKE_MODE(flags);                                          \
    ReadString(HBSAN_CALLER_PC(), path);                             \
    return Opened(HBSAN_CALLER_PC(), REAL(name)(path, flags, mode)); \
  }
#define HBSAN_OPENAT(name)                                                      \
  INTERCEPTOR(int, name, int directory, const char* path, int flags, ...) {     \
    HBSAN_TAKE_MODE(flags);                                                     \
    UseDescriptor(HBSAN_CALLER_PC(), directory);                                \
    ReadString(HBSAN_CALLER_PC(), path);                                        \
    return Opened(HBSAN_CALLER_PC(), REAL(name)(directory, path, flags, mode)); \
  }
#define HBSAN_CREAT(name)                                     \
  INTERCEPTOR(int, name, const char* path, mode_t mode) {     \
    ReadString(HBSAN_CALLER_PC(), path);                      \
    return Opened(HBSAN_CALLER_PC(), REAL(name)(path, mode)); \
  }
// Fortified forms, without a mode.
#define HBSAN_OPEN_2(name)                                     \
  INTERCEPTOR(int, name, const char* path, int flags) {        \
    ReadString(HBSAN_CALLER_PC(), path);                       \
    return Opened(HBSAN_CALLER_PC(), REAL(name)(path, flags)); \
  }
// The path is written: XXXXXX becomes a name.
#define HBSAN_MKSTEMP(name, parameters, arguments) \
  INTERCEPTOR(int, name, char* path parameters) {  \
    const int fd = REAL(name)(path arguments);     \
    hbsan::WriteString(HBSAN_CALLER_PC(), path);   \
    return Opened(HBSAN_CALLER_PC(), fd);          \
  }
#define HBSAN_LIST(...) , __VA_ARGS__

HBSAN_OPEN(open)
HBSAN_OPEN(open64)
HBSAN_OPENAT(openat)
HBSAN_OPENAT(openat64)
HBSAN_CREAT(creat)
HBSAN_CREAT(creat64)
HBSAN_OPEN_2(__open_2)
HBSAN_OPEN_2(__open64_2)
HBSAN_MKSTEMP(mkstemp, , )
HBSAN_MKSTEMP(mkstemp64, , )
HBSAN_MKSTEMP(mkostemp, HBSAN_LIST(int flags), HBSAN_LIST(flags))
HBSAN_MKSTEMP(mkostemp64, HBSAN_LIST(int flags), HBSAN_LIST(flags))
HBSAN_MKSTEMP(mkstemps, HBSAN_LIST(int suffix), HBSAN_LIST(suffix))
HBSAN_MKSTEMP(mkostemps, HBSAN_LIST(int suffix, int flags), HBSAN_LIST(suffix, flags))

INTERCEPTOR(int, shm_open, const char* name, int flags, mode_t mode) {
  ReadString(HBSAN_CALLER_PC(), name);
  return Opened(HBSAN_CALLER_PC(), REAL(shm_open)(name, flags, mode));
}

INTERCEPTOR(int, memfd_create, const char* name, unsigned flags) {
  ReadString(HBSAN_CALLER_PC(), name);
  return Opened(HBSAN_CALLER_PC(), REAL(memfd_create)(name, flags));
}

INTERCEPTOR(int, posix_openpt, int flags) {
  return Opened(HBSAN_CALLER_PC(), REAL(posix_openpt)(flags));
}

namespace {

int PipeMade(std::uintptr_t pc, int result, int* ends) {
  if (result != 0) return result;
  hbsan::WriteMemory(pc, ends, 2 * sizeof(int));
  DescriptorOpened(pc, ends[0]);
  DescriptorOpened(pc, ends[1]);
  return result;
}

}  // namespace

INTERCEPTOR(int, pipe, int* ends) { return PipeMade(HBSAN_CALLER_PC(), REAL(pipe)(ends), ends); }

INTERCEPTOR(int, pipe2, int* ends, int flags) {
  return PipeMade(HBSAN_CALLER_PC(), REAL(pipe2)(ends, flags), ends);
}

INTERCEPTOR(int, dup, int fd) {
  UseDescriptor(HBSAN_CALLER_PC(), fd);
  const int copy = REAL(dup)(fd);
  DescriptorDuplicated(HBSAN_CALLER_PC(), fd, copy);
  return copy;
}

INTERCEPTOR(int, dup2, int fd, int target) {
  UseDescriptor(HBSAN_CALLER_PC(), fd);
  if (fd != target) hbsan::ReplaceDescriptor(HBSAN_CALLER_PC(), target);
  const int copy = REAL(dup2)(fd, target);
  DescriptorDuplicated(HBSAN_CALLER_PC(), fd, copy);
  return copy;
}

INTERCEPTOR(int, dup3, int fd, int target, int flags) {
  UseDescriptor(HBSAN_CALLER_PC(), fd);
  if (fd != target) hbsan::ReplaceDescriptor(HBSAN_CALLER_PC(), target);
  const int copy = REAL(dup3)(fd, target, flags);
  DescriptorDuplicated(HBSAN_CALLER_PC(), fd, copy);
  return copy;
}

// The third argument is an integer, a pointer or absent: passed on as a word.
#define HBSAN_FCNTL(name)                                               \
  INTERCEPTOR(int, name, int fd, int command, ...) {                    \
    va_list more;                                                       \
    va_start(more, command);                                            \
    void* argument = va_arg(more, void*);                               \
    va_end(more);                                                       \
    UseDescriptor(HBSAN_CALLER_PC(), fd);                               \
    const bool locks = IsLock(command);                                 \
    if (locks) hbsan::FileUnlocking(HBSAN_CALLER_PC(), fd);             \
    const int result = REAL(name)(fd, command, argument);               \
    if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) {             \
      DescriptorDuplicated(HBSAN_CALLER_PC(), fd, result);              \
    }                                                                   \
    if (locks && result == 0 && Locks(argument)) hbsan::FileLocked(fd); \
    return result;                                                      \
  }

namespace {

bool IsLock(int command) { return command == F_OFD_SETLK || command == F_OFD_SETLKW; }
bool Locks(const void* lock) { return static_cast<const struct flock*>(lock)->l_type != F_UNLCK; }

}  // namespace

HBSAN_FCNTL(fcntl)
HBSAN_FCNTL(fcntl64)
