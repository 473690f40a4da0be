// Names, directories and the state of files.
#include <dirent.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cstddef>

#include "runtime/descriptors.h"
#include "runtime/interceptors/accesses.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

using hbsan::InRuntime;
using hbsan::ReadString;
using hbsan::UseDescriptor;
using hbsan::WriteMemory;
using hbsan::WriteObject;
using hbsan::WriteString;

#define HBSAN_STAT(name, type)                               \
  INTERCEPTOR(int, name, const char* path, type* result) {   \
    ReadString(HBSAN_CALLER_PC(), path);                     \
    const int status = REAL(name)(path, result);             \
    if (status == 0) WriteObject(HBSAN_CALLER_PC(), result); \
    return status;                                           \
  }
#define HBSAN_FSTAT(name, type)                              \
  INTERCEPTOR(int, name, int fd, type* result) {             \
    UseDescriptor(HBSAN_CALLER_PC(), fd);                    \
    const int status = REAL(name)(fd, result);               \
    if (status == 0) WriteObject(HBSAN_CALLER_PC(), result); \
    return status;                                           \
  }
#define HBSAN_FSTATAT(name)                                                                 \
  INTERCEPTOR(int, name, int directory, const char* path, struct stat* result, int flags) { \
    UseDescriptor(HBSAN_CALLER_PC(), directory);                                            \
    ReadString(HBSAN_CALLER_PC(), path);                                                    \
    const int status = REAL(name)(directory, path, result, flags);                          \
    if (status == 0) WriteObject(HBSAN_CALLER_PC(), result);                                \
    return status;                                                                          \
  }

// On x86-64 the forms with 64 have the same structures.
HBSAN_STAT(stat, struct stat)
HBSAN_STAT(stat64, struct stat)
HBSAN_STAT(lstat, struct stat)
HBSAN_STAT(lstat64, struct stat)
HBSAN_STAT(statvfs, struct statvfs)
HBSAN_STAT(statvfs64, struct statvfs)
HBSAN_FSTAT(fstat, struct stat)
HBSAN_FSTAT(fstat64, struct stat)
HBSAN_FSTAT(fstatvfs, struct statvfs)
HBSAN_FSTAT(fstatvfs64, struct statvfs)
HBSAN_FSTATAT(fstatat)
HBSAN_FSTATAT(fstatat64)

// --- Directories ---

INTERCEPTOR(DIR*, opendir, const char* path) {
  ReadString(HBSAN_CALLER_PC(), path);
  DIR* directory = REAL(opendir)(path);
  if (directory != nullptr) hbsan::DescriptorOpened(HBSAN_CALLER_PC(), dirfd(directory));
  return directory;
}

INTERCEPTOR(DIR*, fdopendir, int fd) {
  UseDescriptor(HBSAN_CALLER_PC(), fd);
  return REAL(fdopendir)(fd);
}

INTERCEPTOR(int, closedir, DIR* directory) {
  if (directory == nullptr || InRuntime()) return REAL(closedir)(directory);
  const int fd = dirfd(directory);
  hbsan::DescriptorClosing(HBSAN_CALLER_PC(), fd);
  const int result = REAL(closedir)(directory);
  hbsan::DescriptorClosed(fd);
  return result;
}

// The entry lies in the directory stream: two threads that read one stream race for it.
#define HBSAN_READDIR(name)                                                       \
  INTERCEPTOR(dirent*, name, DIR* directory) {                                    \
    dirent* entry = REAL(name)(directory);                                        \
    if (entry != nullptr) WriteMemory(HBSAN_CALLER_PC(), entry, entry->d_reclen); \
    return entry;                                                                 \
  }
HBSAN_READDIR(readdir)
HBSAN_READDIR(readdir64)

// --- Names ---

INTERCEPTOR(char*, getcwd, char* buffer, std::size_t size) {
  char* path = REAL(getcwd)(buffer, size);
  WriteString(HBSAN_CALLER_PC(), path);
  return path;
}

INTERCEPTOR(ssize_t, readlink, const char* path, char* buffer, std::size_t size) {
  ReadString(HBSAN_CALLER_PC(), path);
  const ssize_t n = REAL(readlink)(path, buffer, size);
  if (n > 0) WriteMemory(HBSAN_CALLER_PC(), buffer, static_cast<std::size_t>(n));
  return n;
}

INTERCEPTOR(ssize_t, readlinkat, int directory, const char* path, char* buffer, std::size_t size) {
  UseDescriptor(HBSAN_CALLER_PC(), directory);
  ReadString(HBSAN_CALLER_PC(), path);
  const ssize_t n = REAL(readlinkat)(directory, path, buffer, size);
  if (n > 0) WriteMemory(HBSAN_CALLER_PC(), buffer, static_cast<std::size_t>(n));
  return n;
}

// A symbol of two versions; the newer one allocates the result.
INTERCEPTOR_VERSION(char*, realpath, "GLIBC_2.3", const char* path, char* result) {
  ReadString(HBSAN_CALLER_PC(), path);
  char* resolved = REAL(realpath)(path, result);
  WriteString(HBSAN_CALLER_PC(), resolved);
  return resolved;
}

#define HBSAN_PATH(name, parameters, ...)               \
  INTERCEPTOR(int, name, const char* path parameters) { \
    ReadString(HBSAN_CALLER_PC(), path);                \
    return REAL(name)(path __VA_OPT__(, ) __VA_ARGS__); \
  }
#define HBSAN_LIST(...) , __VA_ARGS__
HBSAN_PATH(access, HBSAN_LIST(int mode), mode)
HBSAN_PATH(chdir, )
HBSAN_PATH(chmod, HBSAN_LIST(mode_t mode), mode)
HBSAN_PATH(mkdir, HBSAN_LIST(mode_t mode), mode)
HBSAN_PATH(rmdir, )
HBSAN_PATH(unlink, )
HBSAN_PATH(remove, )
HBSAN_PATH(mkfifo, HBSAN_LIST(mode_t mode), mode)

#define HBSAN_TWO_PATHS(name)                                \
  INTERCEPTOR(int, name, const char* from, const char* to) { \
    ReadString(HBSAN_CALLER_PC(), from);                     \
    ReadString(HBSAN_CALLER_PC(), to);                       \
    return REAL(name)(from, to);                             \
  }
HBSAN_TWO_PATHS(rename)
HBSAN_TWO_PATHS(link)
HBSAN_TWO_PATHS(symlink)
