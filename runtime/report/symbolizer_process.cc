#include "runtime/report/symbolizer_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "runtime/report/substring.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

constexpr int kReplyTimeoutMs = 60'000;
constexpr int kHighDescriptor = 900;  // out of the way of programs that count on small numbers
constexpr std::size_t kChildStackBytes = 64 << 10;
constexpr long kMaxClosedByHand = 65536;

template <typename T>
long Arg(T* pointer) {
  return reinterpret_cast<long>(pointer);
}

struct ChildStart {
  const char* program;
  int socket;
};

// Runs in the parent's memory, on a stack of its own, until execve.
void RunChild(void* argument) {
  const auto& start = *static_cast<const ChildStart*>(argument);
  sys::Call(SYS_dup2, start.socket, 0);
  sys::Call(SYS_dup2, start.socket, 1);
  const long null = sys::Call(SYS_openat, AT_FDCWD, Arg("/dev/null"), O_WRONLY);
  if (null >= 0) sys::Call(SYS_dup2, null, 2);
  if (null < 0) sys::Call(SYS_close, 2);
  if (sys::Call(SYS_close_range, 3, ~0u, 0) < 0) {
    for (long fd = 3; fd < kMaxClosedByHand; ++fd) sys::Call(SYS_close, fd);
  }
  const char* const arguments[] = {start.program, "--demangle", "--inlines", nullptr};
  // Not the program's environment: LD_PRELOAD, LD_LIBRARY_PATH or DEBUGINFOD_URLS are not meant for
  // it.
  const char* const environment[] = {"PATH=/usr/bin:/bin", "HBSAN_OPTIONS=symbolize=0", nullptr};
  sys::Call(SYS_execve, Arg(start.program), Arg(arguments), Arg(environment));
  sys::Exit(127);
}

// vfork onto `stack_top`: a child that shares memory but not its parent's stack, and sends no
// signal when it ends.
long CloneInto(void (*run)(void*), void* argument, void* stack_top) {
  long pid;
  register long r10 asm("r10") = 0;
  register long r8 asm("r8") = 0;
  asm volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"
      "mov %[argument], %%rdi\n\t"
      "call *%[run]\n\t"
      "hlt\n"
      "1:"
      : "=a"(pid)
      : "a"(SYS_clone), "D"(CLONE_VM | CLONE_VFORK), "S"(stack_top), "d"(0), "r"(r10),
        "r"(r8), [argument] "r"(argument), [run] "r"(run)
      : "rcx", "r11", "memory", "cc");
  return pid;
}

// All signals wait meanwhile: the child must not run the program's handlers, and keeps them blocked
// over execve, so that a ^C reaches the program first.
long StartChild(const ChildStart& start) {
  char* stack = static_cast<char*>(sys::Map(kChildStackBytes));
  const std::uint64_t all = ~std::uint64_t{0};
  std::uint64_t before = 0;
  sys::Call(SYS_rt_sigprocmask, SIG_SETMASK, Arg(&all), Arg(&before), sizeof(all));
  const long pid = CloneInto(&RunChild, const_cast<ChildStart*>(&start), stack + kChildStackBytes);
  sys::Call(SYS_rt_sigprocmask, SIG_SETMASK, Arg(&before), 0, sizeof(before));
  sys::Unmap(stack, kChildStackBytes);
  return pid;
}

bool Executable(std::string_view path) {
  struct stat status = {};
  return sys::Call(SYS_faccessat, AT_FDCWD, Arg(path.data()), X_OK) == 0 &&
         sys::Call(SYS_newfstatat, AT_FDCWD, Arg(path.data()), Arg(&status), 0) == 0 &&
         S_ISREG(status.st_mode);
}

std::string_view TryIn(std::string_view directory, std::string_view name, Scratch& keep) {
  char buffer[4096];
  sys::Text text(buffer, sizeof(buffer));
  text << directory << '/' << name;
  const std::string_view path = keep.Copy(text.view());
  return !text.full() && Executable(path) ? path : std::string_view();
}

}  // namespace

std::string_view FindSymbolizer(std::string_view external, std::string_view path, Scratch& keep) {
  if (!external.empty()) {
    const std::string_view copy = keep.Copy(external);
    return Executable(copy) ? copy : std::string_view();
  }
  for (const std::string_view name : {"llvm-symbolizer-19", "llvm-symbolizer"}) {
    for (std::string_view rest = path; !rest.empty();) {
      const std::size_t colon = std::min(rest.find(':'), rest.size());
      const std::string_view directory = Substring(rest, 0, colon);
      rest.remove_prefix(std::min(colon + 1, rest.size()));
      if (!directory.starts_with('/')) continue;
      if (const std::string_view found = TryIn(directory, name, keep); !found.empty()) return found;
    }
    for (const std::string_view directory : {"/usr/lib/llvm-19/bin", "/usr/bin"}) {
      if (const std::string_view found = TryIn(directory, name, keep); !found.empty()) return found;
    }
  }
  return {};
}

bool SymbolizerProcess::Start(std::string_view program) {
  int sockets[2];
  if (sys::Call(SYS_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, Arg(sockets)) < 0) {
    return false;
  }
  const long high = sys::Call(SYS_fcntl, sockets[0], F_DUPFD_CLOEXEC, kHighDescriptor);
  fd_ = sockets[0];
  if (high >= 0) {
    sys::Call(SYS_close, sockets[0]);
    fd_ = static_cast<int>(high);
  }
  struct stat status = {};
  sys::Call(SYS_fstat, fd_, Arg(&status));
  device_ = status.st_dev;
  inode_ = status.st_ino;
  // The child's own descriptors 0 and 1 must not be what it duplicates from.
  long socket = sys::Call(SYS_fcntl, sockets[1], F_DUPFD_CLOEXEC, 3);
  pid_ = socket < 0 ? 0
                    : static_cast<int>(StartChild(
                          {.program = program.data(), .socket = static_cast<int>(socket)}));
  sys::Call(SYS_close, sockets[1]);
  if (socket >= 0) sys::Call(SYS_close, socket);
  if (pid_ > 0) return true;
  pid_ = 0;
  Close();
  return false;
}

bool SymbolizerProcess::Ask(std::string_view request, TextBuffer& reply) {
  if (!running()) return false;
  if (OwnsDescriptor() && Send(request) && ReadReply(reply)) return true;
  Stop();
  return false;
}

bool SymbolizerProcess::Send(std::string_view text) {
  while (!text.empty()) {
    const long n =
        sys::Call(SYS_sendto, fd_, Arg(text.data()), static_cast<long>(text.size()), MSG_NOSIGNAL);
    if (n == -EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool SymbolizerProcess::ReadReply(TextBuffer& reply) {
  while (!reply.view().ends_with("\n\n") && reply.view() != "\n") {
    pollfd wait = {.fd = fd_, .events = POLLIN, .revents = 0};
    const long ready = sys::Call(SYS_poll, Arg(&wait), 1, kReplyTimeoutMs);
    if (ready == -EINTR) continue;
    if (ready <= 0) return false;
    char buffer[4096];
    const long n = sys::Call(SYS_read, fd_, Arg(buffer), sizeof(buffer));
    if (n == -EINTR || n == -EAGAIN) continue;
    if (n <= 0) return false;
    reply << std::string_view(buffer, static_cast<std::size_t>(n));
  }
  return true;
}

bool SymbolizerProcess::OwnsDescriptor() const {
  struct stat status = {};
  return fd_ >= 0 && sys::Call(SYS_fstat, fd_, Arg(&status)) == 0 && status.st_dev == device_ &&
         status.st_ino == inode_;
}

void SymbolizerProcess::Close() {
  if (OwnsDescriptor()) sys::Call(SYS_close, fd_);
  fd_ = -1;
}

void SymbolizerProcess::Stop() {
  if (!running()) return;
  Close();
  if (sys::Call(SYS_wait4, pid_, 0, static_cast<long>(__WALL | WNOHANG)) == 0) {
    sys::Call(SYS_kill, pid_, SIGKILL);
    while (sys::Call(SYS_wait4, pid_, 0, static_cast<long>(__WALL)) == -EINTR) {
    }
  }
  pid_ = 0;
}

void SymbolizerProcess::Forget() {
  Close();
  pid_ = 0;
}

}  // namespace hbsan
