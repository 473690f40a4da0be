#include "runtime/report/input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "runtime/sys.h"

namespace hbsan {
namespace {

constexpr std::size_t kMaxBytes = 64 << 20;

}  // namespace

InputFile::InputFile(const char* path) { error_ = Read(path); }

InputFile::~InputFile() {
  if (mapped_ != 0) sys::Unmap(data_, mapped_);
}

int InputFile::Read(const char* path) {
  const long fd = sys::Call(SYS_openat, AT_FDCWD, reinterpret_cast<long>(path),
                            O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return static_cast<int>(-fd);
  struct stat status = {};
  int error = static_cast<int>(-sys::Call(SYS_fstat, fd, reinterpret_cast<long>(&status)));
  if (error == 0 && !S_ISREG(status.st_mode)) error = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
  const std::size_t bytes = static_cast<std::size_t>(status.st_size);
  if (error == 0 && bytes > kMaxBytes) error = EFBIG;
  if (error == 0 && bytes != 0) {
    data_ = static_cast<char*>(sys::Map(bytes));
    mapped_ = bytes;
    while (size_ < bytes) {
      const long n = sys::Call(SYS_read, fd, reinterpret_cast<long>(data_ + size_),
                               static_cast<long>(bytes - size_));
      if (n == -EINTR) continue;
      if (n < 0) error = static_cast<int>(-n);
      if (n <= 0) break;
      size_ += static_cast<std::size_t>(n);
    }
  }
  sys::Call(SYS_close, fd);
  return error;
}

bool SameFile(const char* a, const char* b) {
  struct stat of_a = {};
  struct stat of_b = {};
  const auto find = [](const char* path, struct stat& status) {
    return sys::Call(SYS_newfstatat, AT_FDCWD, reinterpret_cast<long>(path),
                     reinterpret_cast<long>(&status), 0) == 0;
  };
  return find(a, of_a) && find(b, of_b) && of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

const char* ErrorText(int error) {
  switch (error) {
    case ENOENT:
      return "no such file or directory";
    case EACCES:
      return "permission denied";
    case EPERM:
      return "operation not permitted";
    case EISDIR:
      return "is a directory";
    case ENOTDIR:
      return "not a directory";
    case ENOSPC:
      return "no space left on device";
    case EDQUOT:
      return "disk quota exceeded";
    case EROFS:
      return "read-only file system";
    case EFBIG:
      return "file too large";
    case EIO:
      return "input/output error";
    case EMFILE:
      return "too many open files";
    case ENFILE:
      return "too many open files in the system";
    case ENAMETOOLONG:
      return "file name too long";
    case EINVAL:
      return "not a regular file";
    case EPIPE:
      return "broken pipe";
    case EBADF:
      return "bad file descriptor";
    case ELOOP:
      return "too many levels of symbolic links";
    default:
      return "error";
  }
}

}  // namespace hbsan
