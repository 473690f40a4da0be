#include "runtime/interceptors/format.h"

#include <cstddef>

#include "runtime/interceptors/accesses.h"
#include "runtime/runtime.h"

namespace hbsan {
namespace {

constexpr std::size_t kUnlimited = ~std::size_t{0};

enum class ArgumentSize : std::uint8_t { kChar, kShort, kInt, kLong, kLongDouble };

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool OneOf(char c, const char* set) {
  while (*set != '\0' && *set != c) ++set;
  return c != '\0' && *set == c;
}

// One conversion specification, between '%' and what follows the conversion character.
struct Directive {
  const char* next;  // what follows
  char conversion;   // '\0': the format ends, or is beyond us
  ArgumentSize size = ArgumentSize::kInt;
  bool suppressed = false;  // scanf's '*'
  bool star_width = false;  // printf's '*'
  bool star_precision = false;
  bool allocates = false;  // scanf's 'm'
  std::size_t width = kUnlimited, precision = kUnlimited;
};

std::size_t ParseNumber(const char*& p) {
  std::size_t n = 0;
  while (IsDigit(*p)) n = n * 10 + static_cast<std::size_t>(*p++ - '0');
  return n;
}

ArgumentSize ParseSize(const char*& p) {
  ArgumentSize size = ArgumentSize::kInt;
  for (; OneOf(*p, "hlqjztL"); ++p) {
    if (*p == 'h') {
      size = size == ArgumentSize::kShort ? ArgumentSize::kChar : ArgumentSize::kShort;
    } else {
      size = *p == 'L' ? ArgumentSize::kLongDouble : ArgumentSize::kLong;
    }
  }
  return size;
}

Directive ParsePrintf(const char* p) {
  Directive d = {};
  d.width = d.precision = kUnlimited;
  d.size = ArgumentSize::kInt;
  while (OneOf(*p, "-+ #0'I")) ++p;
  if (*p == '*') {
    d.star_width = true;
    ++p;
  } else if (IsDigit(*p)) {
    d.width = ParseNumber(p);
  }
  if (*p == '$' || (d.star_width && IsDigit(*p))) return d;  // positional
  if (*p == '.') {
    ++p;
    d.star_precision = *p == '*';
    if (d.star_precision) {
      ++p;
    } else {
      d.precision = ParseNumber(p);
    }
  }
  d.size = ParseSize(p);
  d.conversion = *p;
  d.next = *p == '\0' ? p : p + 1;
  return d;
}

std::size_t IntegerBytes(ArgumentSize size) {
  switch (size) {
    case ArgumentSize::kChar:
      return 1;
    case ArgumentSize::kShort:
      return 2;
    case ArgumentSize::kInt:
      return 4;
    default:
      return 8;
  }
}

void ReadPrinted(std::uintptr_t pc, const Directive& d, const void* s, std::size_t precision) {
  if (s == nullptr) return;
  if (d.conversion == 'S' || d.size == ArgumentSize::kLong) {
    // The precision counts bytes of the output: each wide character makes at least one.
    ReadBounded(pc, static_cast<const wchar_t*>(s), precision);
  } else {
    ReadBounded(pc, static_cast<const char*>(s), precision);
  }
}

}  // namespace

void CheckPrintf(std::uintptr_t pc, const char* format, std::va_list arguments) {
  if (format == nullptr || InRuntime()) return;
  ReadString(pc, format);
  std::va_list args;
  va_copy(args, arguments);
  for (const char* p = format; *p != '\0';) {
    if (*p++ != '%') continue;
    const Directive d = ParsePrintf(p);
    if (d.conversion == '\0') break;
    p = d.next;
    if (d.star_width) va_arg(args, int);
    std::size_t precision = d.precision;
    if (d.star_precision) {
      const int given = va_arg(args, int);
      precision = given < 0 ? kUnlimited : static_cast<std::size_t>(given);
    }
    if (OneOf(d.conversion, "%m")) continue;
    if (OneOf(d.conversion, "sS")) {
      ReadPrinted(pc, d, va_arg(args, const void*), precision);
    } else if (d.conversion == 'n') {
      WriteMemory(pc, va_arg(args, void*), IntegerBytes(d.size));
    } else if (d.conversion == 'p') {
      va_arg(args, void*);
    } else if (OneOf(d.conversion, "aAeEfFgG")) {
      if (d.size == ArgumentSize::kLongDouble) {
        va_arg(args, long double);
      } else {
        va_arg(args, double);
      }
    } else if (OneOf(d.conversion, "diouxXcC")) {
      if (d.size == ArgumentSize::kLong || d.size == ArgumentSize::kLongDouble) {
        va_arg(args, long);
      } else {
        va_arg(args, int);
      }
    } else {
      break;  // an extension: how many arguments it takes is not known
    }
  }
  va_end(args);
}

namespace {

Directive ParseScanf(const char* p) {
  Directive d = {};
  d.width = kUnlimited;
  d.size = ArgumentSize::kInt;
  if (*p == '*') {
    d.suppressed = true;
    ++p;
  }
  if (*p == '\'') ++p;
  if (IsDigit(*p)) d.width = ParseNumber(p);
  if (*p == '$') return d;  // positional
  if (*p == 'm') {
    d.allocates = true;
    ++p;
  }
  d.size = ParseSize(p);
  d.conversion = *p;
  if (*p == '\0') return d;
  ++p;
  if (d.conversion == '[') {
    if (*p == '^') ++p;
    if (*p == ']') ++p;
    while (*p != '\0' && *p != ']') ++p;
    if (*p == ']') ++p;
  }
  d.next = p;
  return d;
}

void WriteScanned(std::uintptr_t pc, const Directive& d, void* target) {
  const bool wide = d.size == ArgumentSize::kLong || OneOf(d.conversion, "CS");
  if (d.allocates || d.conversion == 'p') {
    WriteMemory(pc, target, sizeof(void*));
  } else if (OneOf(d.conversion, "cC")) {
    const std::size_t count = d.width == kUnlimited ? 1 : d.width;
    WriteMemory(pc, target, count * (wide ? sizeof(wchar_t) : 1));
  } else if (OneOf(d.conversion, "sS[")) {
    if (wide) {
      WriteString(pc, static_cast<wchar_t*>(target));
    } else {
      WriteString(pc, static_cast<char*>(target));
    }
  } else if (OneOf(d.conversion, "aAeEfFgG")) {
    const bool plain = d.size == ArgumentSize::kInt;
    WriteMemory(pc, target,
                plain                           ? sizeof(float)
                : d.size == ArgumentSize::kLong ? sizeof(double)
                                                : 10);
  } else {
    WriteMemory(pc, target, IntegerBytes(d.size));
  }
}

}  // namespace

void CheckScanf(std::uintptr_t pc, const char* format, std::va_list arguments, int assigned) {
  if (format == nullptr || assigned <= 0 || InRuntime()) return;
  ReadString(pc, format);
  std::va_list args;
  va_copy(args, arguments);
  for (const char* p = format; *p != '\0' && assigned > 0;) {
    if (*p++ != '%') continue;
    const Directive d = ParseScanf(p);
    if (d.conversion == '\0') break;
    p = d.next;
    if (d.suppressed || d.conversion == '%') continue;
    WriteScanned(pc, d, va_arg(args, void*));
    if (d.conversion != 'n') --assigned;
  }
  va_end(args);
}

}  // namespace hbsan
