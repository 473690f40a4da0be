// The hooks of <sanitizer/linux_syscall_hooks.h>, with which programs annotate system calls that
// they make without libc's functions. Those that close descriptors and that move data through them
// do what the interceptors of libc's functions do; the others have no effect on detection.
#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>

#include "runtime/descriptors.h"
#include "runtime/interceptors/transfers.h"
#include "runtime/runtime.h"

namespace {

using hbsan::AfterReceiving;
using hbsan::BeforeReceiving;
using hbsan::BeforeSending;

// All arguments of the hooks are longs, as the kernel's are.
template <typename T>
T* Pointer(long argument) {
  return reinterpret_cast<T*>(argument);  // NOLINT(performance-no-int-to-ptr)
}

void BeforeSendingVector(std::uintptr_t pc, long fd, long parts, long count) {
  if (count > 0) hbsan::Gather(pc, Pointer<const iovec>(parts), static_cast<std::size_t>(count));
  BeforeSending(pc, static_cast<int>(fd), nullptr, 0);
}

void AfterReceivingVector(std::uintptr_t pc, long received, long fd, long parts, long count) {
  if (received < 0) return;
  hbsan::ReceiveThrough(static_cast<int>(fd));
  hbsan::Scatter(pc, Pointer<const iovec>(parts), static_cast<std::size_t>(count),
                 static_cast<std::size_t>(received));
}

}  // namespace

#define HBSAN_BEFORE(name) HBSAN_ABI void __sanitizer_syscall_pre_impl_##name
#define HBSAN_AFTER(name) HBSAN_ABI void __sanitizer_syscall_post_impl_##name

HBSAN_BEFORE(close)(long fd) { hbsan::DescriptorClosing(HBSAN_CALLER_PC(), static_cast<int>(fd)); }
HBSAN_AFTER(close)(long /*result*/, long fd) { hbsan::DescriptorClosed(static_cast<int>(fd)); }

#define HBSAN_READ(name)                                                                    \
  HBSAN_BEFORE(name)(long fd) { BeforeReceiving(HBSAN_CALLER_PC(), static_cast<int>(fd)); } \
  HBSAN_AFTER(name)(long result, long fd, long buffer) {                                    \
    AfterReceiving(HBSAN_CALLER_PC(), static_cast<int>(fd), Pointer<void>(buffer), result); \
  }
#define HBSAN_READV(name)                                                                   \
  HBSAN_BEFORE(name)(long fd) { BeforeReceiving(HBSAN_CALLER_PC(), static_cast<int>(fd)); } \
  HBSAN_AFTER(name)(long result, long fd, long parts, long count) {                         \
    AfterReceivingVector(HBSAN_CALLER_PC(), result, fd, parts, count);                      \
  }
#define HBSAN_WRITE(name)                                                             \
  HBSAN_BEFORE(name)(long fd, long data, long size) {                                 \
    BeforeSending(HBSAN_CALLER_PC(), static_cast<int>(fd), Pointer<const void>(data), \
                  static_cast<std::size_t>(size));                                    \
  }                                                                                   \
  HBSAN_AFTER(name)() {}
#define HBSAN_WRITEV(name)                                    \
  HBSAN_BEFORE(name)(long fd, long parts, long count) {       \
    BeforeSendingVector(HBSAN_CALLER_PC(), fd, parts, count); \
  }                                                           \
  HBSAN_AFTER(name)() {}

HBSAN_READ(read)
HBSAN_READ(pread64)
HBSAN_READV(readv)
HBSAN_READV(preadv)
HBSAN_WRITE(write)
HBSAN_WRITE(pwrite64)
HBSAN_WRITEV(writev)
HBSAN_WRITEV(pwritev)

#define HBSAN_NO_EFFECT(name) \
  HBSAN_BEFORE(name)() {}     \
  HBSAN_AFTER(name)() {}
#include "runtime/hooks/syscall_hooks_without_effect.inc"
