#include "runtime/report/environment.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "runtime/report/substring.h"
#include "runtime/sys.h"

extern "C" char** environ;
// glibc's dynamic loader leaves here where the kernel put argc, argv, environment and auxiliary
// vector. That is what a .preinit_array function, which runs before libc sets `environ`, has to go
// by.
extern "C" __attribute__((weak)) void* __libc_stack_end;

namespace hbsan {
namespace {

constexpr std::size_t kMaxPath = 4096;

char** InitialEnvironment() {
  if (&__libc_stack_end == nullptr || __libc_stack_end == nullptr) return nullptr;
  const auto* words = static_cast<std::uintptr_t*>(__libc_stack_end);
  return reinterpret_cast<char**>(const_cast<std::uintptr_t*>(words + 1 + words[0] + 1));
}

// The file name given to execve.
const char* ExecutedName() {
  char** entry = InitialEnvironment();
  if (entry == nullptr) return nullptr;
  while (*entry != nullptr) ++entry;
  for (auto* aux = reinterpret_cast<Elf64_auxv_t*>(entry + 1); aux->a_type != AT_NULL; ++aux) {
    if (aux->a_type == AT_EXECFN) return reinterpret_cast<const char*>(aux->a_un.a_val);
  }
  return nullptr;
}

}  // namespace

std::string_view FindEnvironment(std::string_view name) {
  char** entry = environ != nullptr ? environ : InitialEnvironment();
  for (; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (text.size() > name.size() && text[name.size()] == '=' && text.starts_with(name)) {
      return Substring(text, name.size() + 1);
    }
  }
  return {};
}

std::string_view AbsolutePath(std::string_view path, Scratch& keep) {
  if (path.starts_with('/')) return keep.Copy(path);
  char directory[kMaxPath];
  const long size = sys::Call(SYS_getcwd, reinterpret_cast<long>(directory), sizeof(directory));
  if (size <= 1) return keep.Copy(path);
  char buffer[2 * kMaxPath];
  sys::Text text(buffer, sizeof(buffer));
  if (path.starts_with("./")) path.remove_prefix(2);
  text << std::string_view(directory, static_cast<std::size_t>(size - 1)) << '/' << path;
  return keep.Copy(text.view());
}

void PrintNormalized(std::string_view path, TextBuffer& out) {
  constexpr std::size_t kMaxParts = 256;
  std::string_view parts[kMaxParts];
  std::size_t count = 0;
  while (!path.empty() && count < kMaxParts) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = Substring(path, 0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (part == ".." && count != 0) {
      --count;
    } else if (part != "..") {
      parts[count++] = part;
    }
  }
  for (std::size_t i = 0; i < count; ++i) out << '/' << parts[i];
}

std::string_view ProgramPath(Scratch& keep) {
  char path[kMaxPath];
  const long size = sys::Call(SYS_readlinkat, AT_FDCWD, reinterpret_cast<long>("/proc/self/exe"),
                              reinterpret_cast<long>(path), sizeof(path));
  if (size > 0) return keep.Copy({path, static_cast<std::size_t>(size)});
  const char* name = ExecutedName();
  return name == nullptr ? std::string_view("program") : AbsolutePath(name, keep);
}

}  // namespace hbsan
