// Closing descriptors, and calls that only use them.
#include <sys/types.h>

#include <algorithm>
#include <climits>

#include "runtime/descriptors.h"
#include "runtime/interceptors/accesses.h"
#include "runtime/interceptors/file_locks.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

using hbsan::DescriptorClosed;
using hbsan::DescriptorClosing;
using hbsan::UseDescriptor;

INTERCEPTOR(int, close, int fd) {
  hbsan::FileUnlocking(HBSAN_CALLER_PC(), fd);
  DescriptorClosing(HBSAN_CALLER_PC(), fd);
  const int result = REAL(close)(fd);
  DescriptorClosed(fd);
  return result;
}

namespace {

constexpr int kCloseRangeCloexec = 4;  // CLOSE_RANGE_CLOEXEC

template <typename Visit>
void ForRange(unsigned first, unsigned last, Visit visit) {
  const unsigned limit = static_cast<unsigned>(hbsan::DescriptorLimit());
  for (unsigned fd = first; fd < limit && fd <= last; ++fd) visit(static_cast<int>(fd));
}

}  // namespace

INTERCEPTOR(int, close_range, unsigned first, unsigned last, int flags) {
  if ((flags & kCloseRangeCloexec) != 0) return REAL(close_range)(first, last, flags);
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  ForRange(first, last, [&](int fd) { DescriptorClosing(pc, fd); });
  const int result = REAL(close_range)(first, last, flags);
  ForRange(first, last, DescriptorClosed);
  return result;
}

INTERCEPTOR(void, closefrom, int first) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  const unsigned from = static_cast<unsigned>(std::max(first, 0));
  ForRange(from, UINT_MAX, [&](int fd) { DescriptorClosing(pc, fd); });
  REAL(closefrom)(first);
  ForRange(from, UINT_MAX, DescriptorClosed);
}

#define HBSAN_USE(type, name, parameters, ...)        \
  INTERCEPTOR(type, name, int fd parameters) {        \
    UseDescriptor(HBSAN_CALLER_PC(), fd);             \
    return REAL(name)(fd __VA_OPT__(, ) __VA_ARGS__); \
  }
#define HBSAN_LIST(...) , __VA_ARGS__

HBSAN_USE(int, fsync, )
HBSAN_USE(int, fdatasync, )
HBSAN_USE(int, fchdir, )
HBSAN_USE(off_t, lseek, HBSAN_LIST(off_t offset, int whence), offset, whence)
HBSAN_USE(off_t, lseek64, HBSAN_LIST(off_t offset, int whence), offset, whence)
HBSAN_USE(int, ftruncate, HBSAN_LIST(off_t size), size)
HBSAN_USE(int, ftruncate64, HBSAN_LIST(off_t size), size)
HBSAN_USE(int, fallocate, HBSAN_LIST(int mode, off_t offset, off_t size), mode, offset, size)
HBSAN_USE(int, fchmod, HBSAN_LIST(mode_t mode), mode)
HBSAN_USE(int, fchown, HBSAN_LIST(uid_t user, gid_t group), user, group)
