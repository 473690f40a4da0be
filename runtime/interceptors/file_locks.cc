#include "runtime/interceptors/file_locks.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <atomic>

#include "runtime/descriptors.h"
#include "runtime/real.h"
#include "runtime/runtime.h"
#include "runtime/streams.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

std::atomic<bool> any_locked{false};

// 0: not a file.
Addr LockOf(int fd) {
  struct stat status;
  if (sys::Call(SYS_fstat, fd, reinterpret_cast<long>(&status)) != 0) return 0;
  constexpr std::uint64_t kSeed = 0x10cced;
  return RendezvousAddress((StreamHash(kSeed) << status.st_dev << status.st_ino).key());
}

}  // namespace

void FileUnlocking(std::uintptr_t pc, int fd) {
  if (!any_locked.load(std::memory_order_relaxed) || InRuntime()) return;
  if (const Addr lock = LockOf(fd)) ReleaseAt(lock, pc);
}

void FileLocked(int fd) {
  if (InRuntime()) return;
  any_locked.store(true, std::memory_order_relaxed);
  if (const Addr lock = LockOf(fd)) AcquireAt(lock);
}

}  // namespace hbsan

INTERCEPTOR(int, flock, int fd, int operation) {
  hbsan::UseDescriptor(HBSAN_CALLER_PC(), fd);
  // A conversion of a lock gives up the old one.
  hbsan::FileUnlocking(HBSAN_CALLER_PC(), fd);
  const int result = REAL(flock)(fd, operation);
  if (result == 0 && (operation & LOCK_UN) == 0) hbsan::FileLocked(fd);
  return result;
}
