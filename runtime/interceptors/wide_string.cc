// Wide-character strings and memory, as string.cc and memory.cc.
#include <algorithm>
#include <cstddef>
#include <cwchar>

#include "runtime/heap.h"
#include "runtime/interceptors/accesses.h"
#include "runtime/interceptors/memory.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

namespace hbsan {
namespace {

constexpr std::size_t kUnlimited = ~std::size_t{0};

void ReadWide(std::uintptr_t pc, const wchar_t* s, std::size_t n) {
  ReadMemory(pc, s, n * sizeof(wchar_t));
}
void WriteWide(std::uintptr_t pc, wchar_t* s, std::size_t n) {
  WriteMemory(pc, s, n * sizeof(wchar_t));
}
wchar_t* CopyWide(std::uintptr_t pc, wchar_t* to, const wchar_t* from, std::size_t n) {
  return static_cast<wchar_t*>(CheckedMemmove(pc, to, from, n * sizeof(wchar_t)));
}

// `ends`: a terminator ends the comparison.
void ReadCompared(std::uintptr_t pc, const wchar_t* a, const wchar_t* b, std::size_t limit,
                  bool ends) {
  if (InRuntime() || limit == 0) return;
  std::size_t n = 0;
  while (n + 1 < limit && (!ends || a[n] != 0) && a[n] == b[n]) ++n;
  ReadWide(pc, a, n + 1);
  ReadWide(pc, b, n + 1);
}

void ReadUpTo(std::uintptr_t pc, const wchar_t* s, const wchar_t* found) {
  if (InRuntime()) return;
  ReadWide(pc, s, (found == nullptr ? Length(s) : static_cast<std::size_t>(found - s)) + 1);
}

}  // namespace
}  // namespace hbsan

using hbsan::CopyWide;
using hbsan::Length;
using hbsan::ReadWide;
using hbsan::WriteWide;

INTERCEPTOR(std::size_t, wcslen, const wchar_t* s) {
  const std::size_t n = REAL(wcslen)(s);
  ReadWide(HBSAN_CALLER_PC(), s, n + 1);
  return n;
}

INTERCEPTOR(std::size_t, wcsnlen, const wchar_t* s, std::size_t limit) {
  const std::size_t n = REAL(wcsnlen)(s, limit);
  ReadWide(HBSAN_CALLER_PC(), s, std::min(n + 1, limit));
  return n;
}

INTERCEPTOR(wchar_t*, wmemcpy, wchar_t* to, const wchar_t* from, std::size_t n) {
  return CopyWide(HBSAN_CALLER_PC(), to, from, n);
}

INTERCEPTOR(wchar_t*, wmempcpy, wchar_t* to, const wchar_t* from, std::size_t n) {
  return CopyWide(HBSAN_CALLER_PC(), to, from, n) + n;
}

INTERCEPTOR(wchar_t*, wmemmove, wchar_t* to, const wchar_t* from, std::size_t n) {
  return CopyWide(HBSAN_CALLER_PC(), to, from, n);
}

INTERCEPTOR(wchar_t*, wmemset, wchar_t* to, wchar_t value, std::size_t n) {
  WriteWide(HBSAN_CALLER_PC(), to, n);
  return REAL(wmemset)(to, value, n);
}

INTERCEPTOR(int, wmemcmp, const wchar_t* a, const wchar_t* b, std::size_t n) {
  hbsan::ReadCompared(HBSAN_CALLER_PC(), a, b, n, false);
  return REAL(wmemcmp)(a, b, n);
}

INTERCEPTOR(wchar_t*, wmemchr, const wchar_t* s, wchar_t c, std::size_t n) {
  wchar_t* found = REAL(wmemchr)(s, c, n);
  ReadWide(HBSAN_CALLER_PC(), s, found == nullptr ? n : static_cast<std::size_t>(found - s) + 1);
  return found;
}

INTERCEPTOR(wchar_t*, wcscpy, wchar_t* to, const wchar_t* from) {
  return CopyWide(HBSAN_CALLER_PC(), to, from, Length(from) + 1);
}

INTERCEPTOR(wchar_t*, wcpcpy, wchar_t* to, const wchar_t* from) {
  const std::size_t n = Length(from);
  return CopyWide(HBSAN_CALLER_PC(), to, from, n + 1) + n;
}

INTERCEPTOR(wchar_t*, wcsncpy, wchar_t* to, const wchar_t* from, std::size_t size) {
  hbsan::ReadBounded(HBSAN_CALLER_PC(), from, size);
  WriteWide(HBSAN_CALLER_PC(), to, size);
  return REAL(wcsncpy)(to, from, size);
}

INTERCEPTOR(wchar_t*, wcscat, wchar_t* to, const wchar_t* from) {
  const std::size_t old = Length(to);
  ReadWide(HBSAN_CALLER_PC(), to, old + 1);
  CopyWide(HBSAN_CALLER_PC(), to + old, from, Length(from) + 1);
  return to;
}

INTERCEPTOR(wchar_t*, wcsncat, wchar_t* to, const wchar_t* from, std::size_t limit) {
  const std::size_t old = Length(to);
  ReadWide(HBSAN_CALLER_PC(), to, old + 1);
  hbsan::ReadBounded(HBSAN_CALLER_PC(), from, limit);
  WriteWide(HBSAN_CALLER_PC(), to + old, hbsan::BoundedLength(from, limit) + 1);
  return REAL(wcsncat)(to, from, limit);
}

INTERCEPTOR(wchar_t*, wcsdup, const wchar_t* s) {
  const std::size_t n = Length(s) + 1;
  void* copy = hbsan::HeapAllocate(n * sizeof(wchar_t), HBSAN_CALLER_PC());
  if (copy == nullptr) return nullptr;
  return CopyWide(HBSAN_CALLER_PC(), static_cast<wchar_t*>(copy), s, n);
}

INTERCEPTOR(int, wcscmp, const wchar_t* a, const wchar_t* b) {
  hbsan::ReadCompared(HBSAN_CALLER_PC(), a, b, hbsan::kUnlimited, true);
  return REAL(wcscmp)(a, b);
}

INTERCEPTOR(int, wcsncmp, const wchar_t* a, const wchar_t* b, std::size_t limit) {
  hbsan::ReadCompared(HBSAN_CALLER_PC(), a, b, limit, true);
  return REAL(wcsncmp)(a, b, limit);
}

INTERCEPTOR(wchar_t*, wcschr, const wchar_t* s, wchar_t c) {
  wchar_t* found = REAL(wcschr)(s, c);
  hbsan::ReadUpTo(HBSAN_CALLER_PC(), s, found);
  return found;
}

INTERCEPTOR(wchar_t*, wcsrchr, const wchar_t* s, wchar_t c) {
  hbsan::ReadString(HBSAN_CALLER_PC(), s);
  return REAL(wcsrchr)(s, c);
}

INTERCEPTOR(wchar_t*, wcsstr, const wchar_t* s, const wchar_t* needle) {
  wchar_t* found = REAL(wcsstr)(s, needle);
  const std::size_t needle_length = Length(needle);
  ReadWide(HBSAN_CALLER_PC(), needle, needle_length + 1);
  ReadWide(HBSAN_CALLER_PC(), s,
           found == nullptr ? Length(s) + 1 : static_cast<std::size_t>(found - s) + needle_length);
  return found;
}

// --- Conversions ---

INTERCEPTOR(std::size_t, mbstowcs, wchar_t* to, const char* from, std::size_t size) {
  hbsan::ReadString(HBSAN_CALLER_PC(), from);
  const std::size_t n = REAL(mbstowcs)(to, from, size);
  if (to != nullptr && n != static_cast<std::size_t>(-1)) {
    WriteWide(HBSAN_CALLER_PC(), to, std::min(n + 1, size));
  }
  return n;
}

INTERCEPTOR(std::size_t, wcstombs, char* to, const wchar_t* from, std::size_t size) {
  hbsan::ReadString(HBSAN_CALLER_PC(), from);
  const std::size_t n = REAL(wcstombs)(to, from, size);
  if (to != nullptr && n != static_cast<std::size_t>(-1)) {
    hbsan::WriteMemory(HBSAN_CALLER_PC(), to, std::min(n + 1, size));
  }
  return n;
}
