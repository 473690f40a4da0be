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
#include <atomic>

#include "runtime/report/substring.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

constexpr int kReplyTimeoutMs = 60'000;
constexpr int kHighDescriptor = 900;  // out of the way of programs that count on small numbers
constexpr std::size_t kStackBytes = 16 << 10;
constexpr long kMaxClosedByHand = 65536;

template <typename T>
long Arg(T* pointer) {
  return reinterpret_cast<long>(pointer);
}

// What the keeper and the symbolizer-to-be share with us; one at a time is alive.
struct Family {
  const char* program;
  int socket;
  std::atomic<int> symbolizer;  // its pid, once it runs
  alignas(16) char keeper_stack[kStackBytes];
  alignas(16) char symbolizer_stack[kStackBytes];
};
constinit Family family = {};

void CloseFrom(unsigned first) {
  if (sys::Call(SYS_close_range, first, ~0u, 0) >= 0) return;
  for (long fd = first; fd < kMaxClosedByHand; ++fd) sys::Call(SYS_close, fd);
}

// The new process's view of the descriptors: the socket as 0 and 1, and nothing else.
void RunSymbolizer() {
  const char* const arguments[] = {family.program, "--demangle", "--inlines", "--verbose", nullptr};
  // Not the program's environment: LD_PRELOAD, LD_LIBRARY_PATH or DEBUGINFOD_URLS are not meant for
  // it.
  const char* const environment[] = {"PATH=/usr/bin:/bin", "HBSAN_OPTIONS=symbolize=0", nullptr};
  sys::Call(SYS_dup2, 0, 1);
  sys::Call(SYS_openat, AT_FDCWD, Arg("/dev/null"), O_WRONLY);  // becomes 2
  sys::Call(SYS_execve, Arg(family.program), Arg(arguments), Arg(environment));
  sys::Exit(127);
}

// Runs `run` in a new process that shares our memory, on a stack of its own. It inherits blocked
// signals and our thread-local storage, which it must not touch: raw system calls only.
long CloneInto(void (*run)(), char* stack, unsigned long flags) {
  long pid;
  register long r10 asm("r10") = 0;
  register long r8 asm("r8") = 0;
  asm volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"
      "call *%[run]\n\t"
      "hlt\n"
      "1:"
      : "=a"(pid)
      : "a"(SYS_clone), "D"(CLONE_VM | flags), "S"(stack + kStackBytes), "d"(0), "r"(r10),
        "r"(r8), [run] "r"(run)
      : "rcx", "r11", "memory", "cc");
  return pid;
}

void RunKeeper() {
  sys::Call(SYS_dup2, family.socket, 0);
  CloseFrom(1);
  const long pid = CloneInto(&RunSymbolizer, family.symbolizer_stack, CLONE_VFORK | SIGCHLD);
  sys::Call(SYS_close, 0);
  if (pid > 0) {
    family.symbolizer.store(static_cast<int>(pid), std::memory_order_release);
    while (sys::Call(SYS_wait4, pid, 0, 0) == -EINTR) {
    }
  }
  family.symbolizer.store(0, std::memory_order_release);
  sys::Exit(0);
}

// All signals wait in the new processes for good: they must not run the program's handlers, and a
// ^C is the program's.
long StartKeeper(std::string_view program, int socket) {
  family.program = program.data();
  family.socket = socket;
  const std::uint64_t all = ~std::uint64_t{0};
  std::uint64_t before = 0;
  sys::Call(SYS_rt_sigprocmask, SIG_SETMASK, Arg(&all), Arg(&before), sizeof(all));
  const long pid = CloneInto(&RunKeeper, family.keeper_stack, 0);
  sys::Call(SYS_rt_sigprocmask, SIG_SETMASK, Arg(&before), 0, sizeof(before));
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
  const long keeper = StartKeeper(program, sockets[1]);
  sys::Call(SYS_close, sockets[1]);
  if (keeper <= 0) {
    Close();
    return false;
  }
  owner_ = sys::GetPid();
  keeper_ = static_cast<int>(keeper);
  return true;
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
  if (!running() || owner_ != sys::GetPid()) return;
  Close();
  // The end of its input ends it; one that hangs is killed. The keeper then ends by itself.
  constexpr long kWait = static_cast<long>(__WALL);
  if (sys::Call(SYS_wait4, keeper_, 0, kWait | WNOHANG) == 0) {
    const int symbolizer = family.symbolizer.load(std::memory_order_acquire);
    if (symbolizer > 0) sys::Call(SYS_kill, symbolizer, SIGKILL);
    while (sys::Call(SYS_wait4, keeper_, 0, kWait) == -EINTR) {
    }
  }
  keeper_ = 0;
}

void SymbolizerProcess::Forget() {
  Close();
  keeper_ = 0;
}

}  // namespace hbsan
