#include "runtime/report/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>

#include "runtime/report/environment.h"
#include "runtime/report/input_file.h"
#include "runtime/report/scratch.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

constexpr int kHighDescriptor = 900;  // out of the way of programs that count on small numbers
constexpr std::size_t kMaxPath = 4096;

constinit bool stderr_closed = false;

template <typename T>
long Arg(T* pointer) {
  return reinterpret_cast<long>(pointer);
}

// 0 or an errno value.
int WriteFully(int fd, std::string_view text) {
  while (!text.empty()) {
    const long n = sys::Call(SYS_write, fd, Arg(text.data()), static_cast<long>(text.size()));
    if (n == -EINTR) continue;
    if (n == -EAGAIN) {  // somebody made it non-blocking
      pollfd wait = {.fd = fd, .events = POLLOUT, .revents = 0};
      sys::Call(SYS_poll, Arg(&wait), 1, -1);
      continue;
    }
    if (n < 0) return static_cast<int>(-n);
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

// The same where nobody may be reading any more: a SIGPIPE of ours is taken back.
int WriteQuietly(int fd, std::string_view text) {
  const std::uint64_t pipe = std::uint64_t{1} << (SIGPIPE - 1);
  std::uint64_t before = 0;
  std::uint64_t pending = 0;
  sys::Call(SYS_rt_sigprocmask, SIG_BLOCK, Arg(&pipe), Arg(&before), sizeof(pipe));
  sys::Call(SYS_rt_sigpending, Arg(&pending), sizeof(pending));
  const int error = WriteFully(fd, text);
  if (error == EPIPE && (pending & pipe) == 0) {
    const timespec now = {};
    sys::Call(SYS_rt_sigtimedwait, Arg(&pipe), 0, Arg(&now), sizeof(pipe));
  }
  sys::Call(SYS_rt_sigprocmask, SIG_SETMASK, Arg(&before), 0, sizeof(before));
  return error;
}

}  // namespace

void InitializeStandardError() { stderr_closed = sys::Call(SYS_fcntl, 2, F_GETFD) < 0; }

void WriteToStandardError(std::string_view text) {
  if (!stderr_closed) WriteQuietly(2, text);
}

void Output::Open(std::string_view path) {
  prefix_ = {};
  if (path.empty() || path == "stderr") {
    fd_ = 2;
  } else if (path == "stdout") {
    fd_ = 1;
  } else {
    prefix_ = path;
    fd_ = -1;
  }
}

void Output::OpenDescriptor(int fd) {
  prefix_ = {};
  fd_ = fd;
}

bool Output::WantsColor(Color color) const {
  if (color != Color::kAuto) return color == Color::kAlways;
  termios state;
  return prefix_.empty() && FindEnvironment("NO_COLOR").empty() &&
         FindEnvironment("TERM") != "dumb" && sys::Call(SYS_ioctl, fd_, TCGETS, Arg(&state)) == 0;
}

int Output::OpenFile() {
  char buffer[kMaxPath];
  sys::Text path(buffer, sizeof(buffer) - 1);
  path << prefix_ << '.' << sys::GetPid();
  if (path.full()) return ENAMETOOLONG;
  buffer[path.view().size()] = '\0';
  const long fd = sys::Call(SYS_openat, AT_FDCWD, Arg(buffer),
                            O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666);
  if (fd < 0) return static_cast<int>(-fd);
  const long high = sys::Call(SYS_fcntl, fd, F_DUPFD_CLOEXEC, kHighDescriptor);
  if (high >= 0) sys::Call(SYS_close, fd);
  fd_ = static_cast<int>(high >= 0 ? high : fd);
  struct stat status = {};
  sys::Call(SYS_fstat, fd_, Arg(&status));
  device_ = status.st_dev;
  inode_ = status.st_ino;
  return 0;
}

bool Output::OwnsDescriptor() const {
  struct stat status = {};
  return fd_ >= 0 && sys::Call(SYS_fstat, fd_, Arg(&status)) == 0 && status.st_dev == device_ &&
         status.st_ino == inode_;
}

void Output::FallBack(int error) {
  broken_ = true;
  TextBuffer text;
  text << "hbsan: cannot write to " << prefix_ << '.' << sys::GetPid() << ": " << ErrorText(error)
       << "; reports go to standard error\n";
  WriteToStandardError(text.view());
}

void Output::Write(std::string_view text) {
  if (IsFile() && !broken_) {
    int error = OwnsDescriptor() ? 0 : OpenFile();
    if (error == 0) error = WriteFully(fd_, text);
    if (error == 0) return;
    FallBack(error);
  }
  if (IsFile() || fd_ == 2) {
    WriteToStandardError(text);
  } else {
    WriteQuietly(fd_, text);
  }
}

void Output::AfterFork() {
  if (!IsFile()) return;
  if (OwnsDescriptor()) sys::Call(SYS_close, fd_);
  fd_ = -1;
  broken_ = false;
}

}  // namespace hbsan
