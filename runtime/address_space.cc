#include "runtime/address_space.h"

#include <fcntl.h>
#include <sys/syscall.h>

#include <cstdint>
#include <string_view>

#include "detector/hot_state.h"
#include "detector/types.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

constexpr std::uintptr_t kFirst = std::uintptr_t{0x1000} << 32;
constexpr std::uintptr_t kLast = std::uintptr_t{0x5500} << 32;
constexpr std::uintptr_t kStep = std::uintptr_t{1} << 32;

std::uintptr_t next = kFirst;

// What one start of the program tells the next one: how often it was started again.
constexpr std::string_view kRestarts = "HBSAN_LAYOUT_RESTARTS=";
constexpr char kMaxRestarts = '9';

// Ranges of keys in use, merged where they touch: a process has few.
struct KeyRanges {
  static constexpr int kMax = 256;
  struct Range {
    Addr begin, end;
  } ranges[kMax];
  int count = 0;

  // False if the range collides with one that was added before.
  bool Add(Addr begin, Addr end) {
    if (count > 0 && ranges[count - 1].end == begin) {
      ranges[count - 1].end = end;
    } else if (count < kMax) {
      ranges[count++] = {begin, end};
    }
    for (int i = 0; i < count - 1; ++i) {
      if (begin < ranges[i].end && ranges[i].begin < end) return false;
    }
    return true;
  }
};

bool ParseHex(const char*& p, const char* end, Addr& value) {
  const char* start = p;
  value = 0;
  for (; p < end; ++p) {
    if (*p >= '0' && *p <= '9') {
      value = value * 16 + static_cast<Addr>(*p - '0');
    } else if (*p >= 'a' && *p <= 'f') {
      value = value * 16 + static_cast<Addr>(*p - 'a' + 10);
    } else {
      break;
    }
  }
  return p > start;
}

// One line of /proc/self/maps; false if its keys collide with those of an earlier line.
bool AddMapping(KeyRanges& keys, const char* line, const char* end) {
  Addr begin, last;
  const char* p = line;
  if (!ParseHex(p, end, begin) || p == end || *p++ != '-' || !ParseHex(p, end, last)) return true;
  if (begin >> 47 != 0) return true;  // the kernel's
  return keys.Add(begin & kKeyMask, (begin & kKeyMask) + (last - begin));
}

// True unless two mappings collide; also where /proc is missing and nothing can be told.
bool MappingsAreApart() {
  const long fd =
      sys::Call(SYS_open, reinterpret_cast<long>("/proc/self/maps"), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return true;
  KeyRanges keys;
  char buffer[4096];
  std::size_t size = 0;
  bool apart = true;
  for (;;) {
    const long got = sys::Call(SYS_read, fd, reinterpret_cast<long>(buffer + size),
                               static_cast<long>(sizeof buffer - size));
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
    std::size_t line = 0;
    for (std::size_t i = 0; i < size; ++i) {
      if (buffer[i] != '\n') continue;
      apart = apart && AddMapping(keys, buffer + line, buffer + i);
      line = i + 1;
    }
    for (std::size_t i = line; i < size; ++i) buffer[i - line] = buffer[i];
    size -= line;
    if (size == sizeof buffer) size = 0;  // a name longer than the buffer
  }
  sys::Call(SYS_close, fd);
  return apart;
}

// The same program with the same arguments, under another random layout.
void StartAgain(char** argv, char** envp) {
  constexpr int kMaxEnvironment = 4096;
  static char restarts[32];
  static char* environment[kMaxEnvironment + 2];
  char tries = '0';
  int count = 0;
  for (; *envp != nullptr && count < kMaxEnvironment; ++envp) {
    if (std::string_view(*envp).starts_with(kRestarts)) {
      tries = (*envp)[kRestarts.size()];
    } else {
      environment[count++] = *envp;
    }
  }
  if (tries >= kMaxRestarts) return;
  sys::Text text(restarts, sizeof restarts - 1);
  text << kRestarts << static_cast<char>(tries + 1);
  environment[count] = restarts;
  sys::Call(SYS_execve, reinterpret_cast<long>("/proc/self/exe"), reinterpret_cast<long>(argv),
            reinterpret_cast<long>(environment));
}

}  // namespace

void* ReserveAddressSpace(std::size_t bytes) {
  constexpr std::uintptr_t kAlignment = std::uintptr_t{2} << 20;
  bytes = (bytes + kAlignment - 1) & ~(kAlignment - 1);
  for (bool room_elsewhere = false; next + bytes <= kLast; next += kStep) {
    if (void* p = sys::MapAt(next, bytes)) {
      next += bytes;
      return p;
    }
    // Somebody is there, or the system refuses so much wherever it is.
    if (room_elsewhere) continue;
    void* p = sys::MapAt(0, bytes);
    if (p == nullptr) break;
    sys::Unmap(p, bytes);
    room_elsewhere = true;
  }
  sys::Fatal(
      "cannot reserve address space for shadow memory: lift the limit on virtual memory "
      "(ulimit -v unlimited) and set vm.overcommit_memory to 0 or 1");
}

void CheckAddressSpace(char** argv, char** envp) {
  if (MappingsAreApart()) return;
  if (argv != nullptr) StartAgain(argv, envp);
  sys::Fatal(
      "the program's mappings collide in shadow memory: lower vm.mmap_rnd_bits to 28, or start "
      "it with setarch -R");
}

}  // namespace hbsan
