#include "tools/process.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "tools/response_file.h"

namespace hbsan::tools {
namespace {

// Well below the system's limit, which the environment counts against too.
constexpr size_t kLongestCommandLine = 512 << 10;

std::vector<char*> ToArgv(const std::vector<std::string>& args) {
  std::vector<char*> argv;
  argv.reserve(args.size() + 1);
  for (const std::string& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  return argv;
}

absl::Status ErrnoError(const std::string& what) {
  return absl::UnavailableError(absl::StrCat(what, ": ", std::strerror(errno)));
}

// A file in memory that starts with `text`, at its beginning; it is closed by exec if `flags` say
// so.
absl::StatusOr<int> InMemoryFile(const std::string& text, unsigned flags) {
  const int fd = memfd_create("hbsan", flags);
  if (fd < 0) return ErrnoError("cannot make a file in memory");
  for (size_t written = 0; written < text.size();) {
    const ssize_t n = write(fd, text.data() + written, text.size() - written);
    if (n < 0) return ErrnoError("cannot write to a file in memory");
    written += n;
  }
  lseek(fd, 0, SEEK_SET);
  return fd;
}

// What `fd` holds, from its beginning; closes it.
std::string TakeText(int fd) {
  std::string text(lseek(fd, 0, SEEK_END), '\0');
  const ssize_t n = pread(fd, text.data(), text.size(), 0);
  text.resize(n < 0 ? 0 : n);
  close(fd);
  return text;
}

// In the child: becomes `command`, found through PATH.
[[noreturn]] void ExecOrExit(const std::vector<std::string>& command) {
  execvp(command[0].c_str(), ToArgv(command).data());
  std::cerr << "hbsan: error: cannot run " << command[0] << ": " << std::strerror(errno) << "\n";
  _exit(127);
}

int Wait(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return 127;
  }
  return ExitCodeOf(status);
}

}  // namespace

int ExitCodeOf(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

absl::Status ExecProgram(const std::filesystem::path& program, const std::string& name,
                         const std::vector<std::string>& args) {
  std::vector<std::string> all = {name};
  all.insert(all.end(), args.begin(), args.end());
  execv(program.c_str(), ToArgv(all).data());
  return ErrnoError(absl::StrCat("cannot run ", program.string()));
}

absl::Status ExecTool(const std::filesystem::path& tool, std::vector<std::string> args) {
  size_t length = 0;
  for (const std::string& arg : args) length += arg.size() + 1 + sizeof(char*);
  if (length > kLongestCommandLine) {
    absl::StatusOr<int> file = InMemoryFile(ToResponseText(args), 0);
    if (!file.ok()) return file.status();
    args = {absl::StrCat("@/proc/self/fd/", *file)};
  }
  return ExecProgram(tool, tool.string(), args);
}

int RunAndWait(const std::vector<std::string>& command, const Settings& settings) {
  // The terminal's signals reach the child, which decides; we outlive it.
  const auto old_interrupt = std::signal(SIGINT, SIG_IGN);
  const auto old_quit = std::signal(SIGQUIT, SIG_IGN);
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGINT, old_interrupt);
    std::signal(SIGQUIT, old_quit);
    for (const auto& [name, value] : settings) setenv(name.c_str(), value.c_str(), 1);
    ExecOrExit(command);
  }
  const int status = child > 0 ? Wait(child) : 127;
  std::signal(SIGINT, old_interrupt);
  std::signal(SIGQUIT, old_quit);
  return status;
}

absl::StatusOr<std::string> RunWithInput(const std::vector<std::string>& command,
                                         const std::string& input) {
  absl::StatusOr<int> in = InMemoryFile(input, MFD_CLOEXEC);
  absl::StatusOr<int> out = InMemoryFile("", MFD_CLOEXEC);
  if (!in.ok()) return in.status();
  if (!out.ok()) return out.status();
  const pid_t child = fork();
  if (child == 0) {
    dup2(*in, STDIN_FILENO);
    dup2(*out, STDOUT_FILENO);
    ExecOrExit(command);
  }
  const int status = child > 0 ? Wait(child) : 127;
  close(*in);
  std::string text = TakeText(*out);
  if (status == 0) return text;
  return absl::UnavailableError(absl::StrCat(command[0], " failed with status ", status));
}

}  // namespace hbsan::tools
