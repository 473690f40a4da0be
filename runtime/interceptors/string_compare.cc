// Comparisons of strings read both up to the first difference or the terminator, whichever comes
// first.
#include <algorithm>
#include <cstddef>

#include "runtime/interceptors/accesses.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

namespace hbsan {
namespace {

char Exact(char c) { return c; }
char Folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

void ReadCompared(std::uintptr_t pc, const char* a, const char* b, std::size_t limit,
                  char (*same)(char)) {
  if (InRuntime() || limit == 0) return;
  std::size_t n = 0;
  while (n + 1 < limit && a[n] != '\0' && same(a[n]) == same(b[n])) ++n;
  CompareMemory(pc, a, b, n + 1);
}

constexpr std::size_t kUnlimited = ~std::size_t{0};

}  // namespace
}  // namespace hbsan

INTERCEPTOR(int, strcmp, const char* a, const char* b) {
  hbsan::ReadCompared(HBSAN_CALLER_PC(), a, b, hbsan::kUnlimited, hbsan::Exact);
  return REAL(strcmp)(a, b);
}

INTERCEPTOR(int, strncmp, const char* a, const char* b, std::size_t limit) {
  hbsan::ReadCompared(HBSAN_CALLER_PC(), a, b, limit, hbsan::Exact);
  return REAL(strncmp)(a, b, limit);
}

INTERCEPTOR(int, strcasecmp, const char* a, const char* b) {
  hbsan::ReadCompared(HBSAN_CALLER_PC(), a, b, hbsan::kUnlimited, hbsan::Folded);
  return REAL(strcasecmp)(a, b);
}

INTERCEPTOR(int, strncasecmp, const char* a, const char* b, std::size_t limit) {
  hbsan::ReadCompared(HBSAN_CALLER_PC(), a, b, limit, hbsan::Folded);
  return REAL(strncasecmp)(a, b, limit);
}

INTERCEPTOR(int, strcoll, const char* a, const char* b) {
  hbsan::ReadString(HBSAN_CALLER_PC(), a);
  hbsan::ReadString(HBSAN_CALLER_PC(), b);
  return REAL(strcoll)(a, b);
}

INTERCEPTOR(std::size_t, strxfrm, char* to, const char* from, std::size_t size) {
  hbsan::ReadString(HBSAN_CALLER_PC(), from);
  const std::size_t n = REAL(strxfrm)(to, from, size);
  if (n < size) hbsan::WriteMemory(HBSAN_CALLER_PC(), to, n + 1);
  return n;
}

// --- Numbers: the characters up to where parsing stopped, and the pointer that says so ---

namespace hbsan {
namespace {

void ReadParsed(std::uintptr_t pc, const char* s, char* stop, char** end) {
  ReadMemory(pc, s, static_cast<std::size_t>(stop - s) + 1);
  if (end == nullptr) return;
  WriteMemory(pc, end, sizeof(*end));
  *end = stop;
}

}  // namespace
}  // namespace hbsan

#define HBSAN_PARSE(type, name)                         \
  INTERCEPTOR(type, name, const char* s, char** end) {  \
    char* stop = nullptr;                               \
    const type value = REAL(name)(s, &stop);            \
    hbsan::ReadParsed(HBSAN_CALLER_PC(), s, stop, end); \
    return value;                                       \
  }
#define HBSAN_PARSE_BASE(type, name)                                  \
  INTERCEPTOR(type, name, const char* s, char** end, int base) {      \
    char* stop = const_cast<char*>(s); /* stays if base is invalid */ \
    const type value = REAL(name)(s, &stop, base);                    \
    hbsan::ReadParsed(HBSAN_CALLER_PC(), s, stop, end);               \
    return value;                                                     \
  }

HBSAN_PARSE(float, strtof)
HBSAN_PARSE(double, strtod)
HBSAN_PARSE(long double, strtold)
HBSAN_PARSE_BASE(long, strtol)
HBSAN_PARSE_BASE(long long, strtoll)
HBSAN_PARSE_BASE(unsigned long, strtoul)
HBSAN_PARSE_BASE(unsigned long long, strtoull)
HBSAN_PARSE_BASE(long, __isoc23_strtol)
HBSAN_PARSE_BASE(long long, __isoc23_strtoll)
HBSAN_PARSE_BASE(unsigned long, __isoc23_strtoul)
HBSAN_PARSE_BASE(unsigned long long, __isoc23_strtoull)

#define HBSAN_PARSE_SIMPLE(type, name, strto, ...)                       \
  INTERCEPTOR(type, name, const char* s) {                               \
    char* stop = nullptr;                                                \
    const auto value = REAL(strto)(s, &stop __VA_OPT__(, ) __VA_ARGS__); \
    hbsan::ReadParsed(HBSAN_CALLER_PC(), s, stop, nullptr);              \
    return static_cast<type>(value);                                     \
  }

HBSAN_PARSE_SIMPLE(int, atoi, strtol, 10)
HBSAN_PARSE_SIMPLE(long, atol, strtol, 10)
HBSAN_PARSE_SIMPLE(long long, atoll, strtoll, 10)
HBSAN_PARSE_SIMPLE(double, atof, strtod)
