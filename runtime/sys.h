// System calls and text without libc: what the runtime may use anywhere, in signal handlers and
// before libc is up.
#ifndef HBSAN_RUNTIME_SYS_H_
#define HBSAN_RUNTIME_SYS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hbsan::sys {

// Raw system call; a negative errno on failure, errno untouched.
long Call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0);

void* Map(std::size_t bytes);  // anonymous, private, no reserve; ends the program if refused
// The same at exactly `address` (0: anywhere); null if the system refuses or something is there.
void* MapAt(std::uintptr_t address, std::size_t bytes);
void Unmap(void* p, std::size_t bytes);
void Discard(void* p, std::size_t bytes);  // MADV_DONTNEED
bool WriteAll(int fd, const void* data,
              std::size_t bytes);  // false on error; retries EINTR and short writes
int GetTid();
int GetPid();
void Yield();
[[noreturn]] void Exit(int status);  // _exit
// The exit status when the runtime itself cannot go on.
inline constexpr int kFatalStatus = 1;
// "hbsan: " + message + newline on stderr, then ends the process.
[[noreturn]] void Fatal(std::string_view message);

// Text in a fixed buffer, cut when full; never allocates.
class Text {
 public:
  Text(char* buffer, std::size_t capacity) : data_(buffer), capacity_(capacity) {}
  Text& operator<<(std::string_view s);
  Text& operator<<(const char* s) { return *this << std::string_view(s == nullptr ? "(null)" : s); }
  Text& operator<<(char c) { return *this << std::string_view(&c, 1); }
  Text& operator<<(std::uint64_t n);  // decimal
  Text& operator<<(std::int64_t n);
  Text& operator<<(std::uint32_t n) { return *this << std::uint64_t{n}; }
  Text& operator<<(int n) { return *this << std::int64_t{n}; }
  Text& Hex(std::uint64_t n);  // 0x...
  std::string_view view() const { return {data_, size_}; }
  bool full() const { return size_ == capacity_; }
  void clear() { size_ = 0; }

 private:
  char* data_;
  std::size_t capacity_;
  std::size_t size_ = 0;
};

}  // namespace hbsan::sys

#endif  // HBSAN_RUNTIME_SYS_H_
