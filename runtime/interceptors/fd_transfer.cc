// Data through descriptors of any kind: read, write and their kin.
#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>

#include "runtime/descriptors.h"
#include "runtime/interceptors/accesses.h"
#include "runtime/interceptors/transfers.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

using hbsan::AfterReceiving;
using hbsan::BeforeReceiving;
using hbsan::BeforeSending;

#define HBSAN_LIST(...) , __VA_ARGS__

#define HBSAN_READ(name, parameters, ...)                                         \
  INTERCEPTOR(ssize_t, name, int fd, void* buffer, std::size_t size parameters) { \
    const std::uintptr_t pc = HBSAN_CALLER_PC();                                  \
    BeforeReceiving(pc, fd);                                                      \
    const ssize_t n = REAL(name)(fd, buffer, size __VA_OPT__(, ) __VA_ARGS__);    \
    AfterReceiving(pc, fd, buffer, n);                                            \
    return n;                                                                     \
  }
#define HBSAN_WRITE(name, parameters, ...)                                              \
  INTERCEPTOR(ssize_t, name, int fd, const void* buffer, std::size_t size parameters) { \
    BeforeSending(HBSAN_CALLER_PC(), fd, buffer, size);                                 \
    return REAL(name)(fd, buffer, size __VA_OPT__(, ) __VA_ARGS__);                     \
  }
#define HBSAN_READV(name, parameters, ...)                                                   \
  INTERCEPTOR(ssize_t, name, int fd, const iovec* parts, int count parameters) {             \
    const std::uintptr_t pc = HBSAN_CALLER_PC();                                             \
    BeforeReceiving(pc, fd);                                                                 \
    const ssize_t n = REAL(name)(fd, parts, count __VA_OPT__(, ) __VA_ARGS__);               \
    if (n < 0) return n;                                                                     \
    hbsan::ReceiveThrough(fd);                                                               \
    hbsan::Scatter(pc, parts, static_cast<std::size_t>(count), static_cast<std::size_t>(n)); \
    return n;                                                                                \
  }
#define HBSAN_WRITEV(name, parameters, ...)                                      \
  INTERCEPTOR(ssize_t, name, int fd, const iovec* parts, int count parameters) { \
    if (count > 0) {                                                             \
      hbsan::Gather(HBSAN_CALLER_PC(), parts, static_cast<std::size_t>(count));  \
    }                                                                            \
    BeforeSending(HBSAN_CALLER_PC(), fd, nullptr, 0);                            \
    return REAL(name)(fd, parts, count __VA_OPT__(, ) __VA_ARGS__);              \
  }

HBSAN_READ(read, )
HBSAN_READ(__read_chk, HBSAN_LIST(std::size_t room), room)
HBSAN_READ(__pread_chk, HBSAN_LIST(off_t offset, std::size_t room), offset, room)
HBSAN_READ(__pread64_chk, HBSAN_LIST(off_t offset, std::size_t room), offset, room)
HBSAN_READ(pread, HBSAN_LIST(off_t offset), offset)
HBSAN_READ(pread64, HBSAN_LIST(off_t offset), offset)
HBSAN_READV(readv, )
HBSAN_READV(preadv, HBSAN_LIST(off_t offset), offset)
HBSAN_READV(preadv64, HBSAN_LIST(off_t offset), offset)
HBSAN_READV(preadv2, HBSAN_LIST(off_t offset, int flags), offset, flags)
HBSAN_WRITE(write, )
HBSAN_WRITE(pwrite, HBSAN_LIST(off_t offset), offset)
HBSAN_WRITE(pwrite64, HBSAN_LIST(off_t offset), offset)
HBSAN_WRITEV(writev, )
HBSAN_WRITEV(pwritev, HBSAN_LIST(off_t offset), offset)
HBSAN_WRITEV(pwritev64, HBSAN_LIST(off_t offset), offset)
HBSAN_WRITEV(pwritev2, HBSAN_LIST(off_t offset, int flags), offset, flags)

// --- From descriptor to descriptor: what came in goes out ---

namespace {

// What the incoming stream was told is passed on. Before the call, because a reader may be woken
// inside it; and after it, for what came in while it waited.
void PassOn(std::uintptr_t pc, int in, int out) {
  hbsan::ReceiveThrough(in);
  hbsan::SendThrough(pc, out);
}

void BeforeForwarding(std::uintptr_t pc, int in, int out) {
  hbsan::UseDescriptor(pc, in);
  hbsan::UseDescriptor(pc, out);
  PassOn(pc, in, out);
}

}  // namespace

#define HBSAN_SENDFILE(name)                                                     \
  INTERCEPTOR(ssize_t, name, int out, int in, off_t* offset, std::size_t size) { \
    BeforeForwarding(HBSAN_CALLER_PC(), in, out);                                \
    hbsan::WriteObject(HBSAN_CALLER_PC(), offset);                               \
    return REAL(name)(out, in, offset, size);                                    \
  }
#define HBSAN_SPLICE(name)                                                         \
  INTERCEPTOR(ssize_t, name, int in, off_t* in_offset, int out, off_t* out_offset, \
              std::size_t size, unsigned flags) {                                  \
    BeforeForwarding(HBSAN_CALLER_PC(), in, out);                                  \
    hbsan::WriteObject(HBSAN_CALLER_PC(), in_offset);                              \
    hbsan::WriteObject(HBSAN_CALLER_PC(), out_offset);                             \
    const ssize_t n = REAL(name)(in, in_offset, out, out_offset, size, flags);     \
    if (n > 0) PassOn(HBSAN_CALLER_PC(), in, out);                                 \
    return n;                                                                      \
  }

HBSAN_SENDFILE(sendfile)
HBSAN_SENDFILE(sendfile64)
HBSAN_SPLICE(splice)
HBSAN_SPLICE(copy_file_range)

INTERCEPTOR(ssize_t, tee, int in, int out, std::size_t size, unsigned flags) {
  BeforeForwarding(HBSAN_CALLER_PC(), in, out);
  const ssize_t n = REAL(tee)(in, out, size, flags);
  if (n > 0) PassOn(HBSAN_CALLER_PC(), in, out);
  return n;
}

INTERCEPTOR(ssize_t, vmsplice, int fd, const iovec* parts, std::size_t count, unsigned flags) {
  hbsan::Gather(HBSAN_CALLER_PC(), parts, count);
  BeforeSending(HBSAN_CALLER_PC(), fd, nullptr, 0);
  return REAL(vmsplice)(fd, parts, count, flags);
}
