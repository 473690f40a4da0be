#include "runtime/sys.h"

#include <errno.h>
#include <linux/mman.h>
#include <sys/syscall.h>

namespace hbsan::sys {

long Call(long number, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}

void* MapAt(std::uintptr_t address, std::size_t bytes) {
  constexpr long kProtection = 3;  // read and write
  const long flags =
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (address != 0 ? MAP_FIXED_NOREPLACE : 0);
  const long result = Call(SYS_mmap, static_cast<long>(address), static_cast<long>(bytes),
                           kProtection, flags, -1, 0);
  if (result < 0 && result > -4096) return nullptr;
  if (address != 0 && static_cast<std::uintptr_t>(result) != address) {
    // A kernel before 4.17 takes the address as a hint.
    Unmap(reinterpret_cast<void*>(result), bytes);
    return nullptr;
  }
  return reinterpret_cast<void*>(result);
}

void* Map(std::size_t bytes) {
  void* p = MapAt(0, bytes);
  if (p == nullptr) Fatal("out of memory: the system refused a mapping for the detector");
  return p;
}

void Unmap(void* p, std::size_t bytes) {
  Call(SYS_munmap, reinterpret_cast<long>(p), static_cast<long>(bytes));
}

void Discard(void* p, std::size_t bytes) {
  constexpr long kDontNeed = 4;
  Call(SYS_madvise, reinterpret_cast<long>(p), static_cast<long>(bytes), kDontNeed);
}

bool WriteAll(int fd, const void* data, std::size_t bytes) {
  const char* p = static_cast<const char*>(data);
  while (bytes > 0) {
    const long written = Call(SYS_write, fd, reinterpret_cast<long>(p), static_cast<long>(bytes));
    if (written == -EINTR || written == -EAGAIN) continue;
    if (written <= 0) return false;
    p += written;
    bytes -= static_cast<std::size_t>(written);
  }
  return true;
}

int GetTid() { return static_cast<int>(Call(SYS_gettid)); }
int GetPid() { return static_cast<int>(Call(SYS_getpid)); }
void Yield() { Call(SYS_sched_yield); }

void Exit(int status) {
  for (;;) Call(SYS_exit_group, status);
}

void Fatal(std::string_view message) {
  char buffer[512];
  Text text(buffer, sizeof buffer);
  text << "hbsan: " << message << '\n';
  WriteAll(2, text.view().data(), text.view().size());
  Exit(kFatalStatus);
}

Text& Text::operator<<(std::string_view s) {
  for (const char c : s) {
    if (size_ == capacity_) break;
    data_[size_++] = c;
  }
  return *this;
}

Text& Text::operator<<(std::uint64_t n) {
  char digits[20];
  std::size_t i = sizeof digits;
  do {
    digits[--i] = static_cast<char>('0' + n % 10);
    n /= 10;
  } while (n != 0);
  return *this << std::string_view(digits + i, sizeof digits - i);
}

Text& Text::operator<<(std::int64_t n) {
  if (n < 0) *this << '-';
  return *this << (n < 0 ? 0 - static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n));
}

Text& Text::Hex(std::uint64_t n) {
  char digits[16];
  std::size_t i = sizeof digits;
  do {
    digits[--i] = "0123456789abcdef"[n % 16];
    n /= 16;
  } while (n != 0);
  return *this << "0x" << std::string_view(digits + i, sizeof digits - i);
}

}  // namespace hbsan::sys
