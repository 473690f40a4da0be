#include "gosync/system.h"

#include <dirent.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "gosync/spin_lock.h"

#if GOSYNC_RACE
extern "C" {
void __hbsan_go_quiet(int change);

// What the compiler calls by itself in this variant goes here (archive.cmake): the detector would
// take libc's for the program's.
void* gosync_memset(void* to, int value, std::size_t bytes) {
  void* at = to;
  asm volatile("rep stosb" : "+D"(at), "+c"(bytes) : "a"(value) : "memory");
  return to;
}
void* gosync_memcpy(void* to, const void* from, std::size_t bytes) {
  void* at = to;
  asm volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(bytes) : : "memory");
  return to;
}
void* gosync_memmove(void* to, const void* from, std::size_t bytes) {
  auto* target = static_cast<volatile char*>(to);
  const auto* source = static_cast<const char*>(from);
  if (target <= source || target >= source + bytes) return gosync_memcpy(to, from, bytes);
  while (bytes-- > 0) target[bytes] = source[bytes];
  return to;
}
}
#endif

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {
namespace {

// errno stays as it is.
long Call(long number, long a = 0, long b = 0, long c = 0, long d = 0) {
  long result;
  register long r10 asm("r10") = d;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
               : "rcx", "r11", "memory");
  return result;
}

long AddressOf(const void* p) { return reinterpret_cast<long>(p); }

}  // namespace

void FutexWait(AtomicCell<std::uint32_t>& word, std::uint32_t value, std::int64_t nanoseconds) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  timespec timeout{.tv_sec = nanoseconds / kSecond, .tv_nsec = nanoseconds % kSecond};
  Call(SYS_futex, AddressOf(&word), FUTEX_WAIT_PRIVATE, value,
       nanoseconds < 0 ? 0 : AddressOf(&timeout));
}

void FutexWake(AtomicCell<std::uint32_t>& word, int count) {
  Call(SYS_futex, AddressOf(&word), FUTEX_WAKE_PRIVATE, count);
}

void YieldThread() { Call(SYS_sched_yield); }

std::int64_t Now() {
  timespec now;
  const Quiet quiet;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

int ProcessorCount() {
  cpu_set_t set;
  const Quiet quiet;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return CPU_COUNT(&set);
}

int ThreadCount() {
  const Quiet quiet;
  DIR* tasks = opendir("/proc/self/task");
  if (tasks == nullptr) return 0;
  int count = 0;
  while (const dirent* entry = readdir(tasks)) count += entry->d_name[0] != '.' ? 1 : 0;
  closedir(tasks);
  return count;
}

void WriteError(std::string_view text) {
  while (!text.empty()) {
    const long written =
        Call(SYS_write, STDERR_FILENO, AddressOf(text.data()), static_cast<long>(text.size()));
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void CopyBytes(void* to, const void* from, std::size_t bytes) {
  asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

#if GOSYNC_RACE
Quiet::Quiet() { __hbsan_go_quiet(1); }
Quiet::~Quiet() { __hbsan_go_quiet(-1); }
#else
Quiet::Quiet() = default;
Quiet::~Quiet() = default;
#endif

// A lock that others take again and again is left to them for a while (tens of microseconds):
// memory that goes to and fro between processors costs many times what is done under the lock.
void SpinLock::LockSlow() {
  constexpr int kFirst = 4;
  constexpr int kMost = 64;
  constexpr int kMostWhileUsed = 1024;
  constexpr int kRoundsToYield = 20;
  int pauses = kFirst;
  bool leaves_it = true;
  std::uint32_t seen = uses_.load(std::memory_order_relaxed);
  for (int round = 0;; ++round) {
    if (round >= kRoundsToYield) YieldThread();
    for (int i = 0; i < pauses; ++i) __builtin_ia32_pause();
    const std::uint32_t uses = uses_.load(std::memory_order_relaxed);
    const bool taken_again = uses - seen >= 2;
    seen = uses;
    if (taken_again && leaves_it) {
      leaves_it = pauses < kMostWhileUsed;
      pauses = leaves_it ? 2 * pauses : kFirst;
      continue;
    }
    if ((uses & 1) == 0 && (uses_.fetch_or(1, std::memory_order_acquire) & 1) == 0) return;
    if (pauses < kMost) pauses *= 2;
  }
}

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync
