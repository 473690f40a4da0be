// memcpy and its kin.
#include "runtime/interceptors/memory.h"

#include <algorithm>

#include "runtime/interceptors/accesses.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

using hbsan::ReadMemory;

INTERCEPTOR_BUILTIN(void*, memcpy, void* to, const void* from, std::size_t size) {
  return hbsan::CheckedMemcpy(HBSAN_CALLER_PC(), to, from, size);
}

INTERCEPTOR_BUILTIN(void*, memmove, void* to, const void* from, std::size_t size) {
  return hbsan::CheckedMemmove(HBSAN_CALLER_PC(), to, from, size);
}

INTERCEPTOR_BUILTIN(void*, memset, void* to, int value, std::size_t size) {
  return hbsan::CheckedMemset(HBSAN_CALLER_PC(), to, value, size);
}

namespace hbsan {

void* CheckedMemcpy(std::uintptr_t pc, void* to, const void* from, std::size_t size) {
  CopyMemory(pc, to, from, size);
  return RealMemcpy(to, from, size);
}

void* CheckedMemmove(std::uintptr_t pc, void* to, const void* from, std::size_t size) {
  CopyMemory(pc, to, from, size);
  return RealMemmove(to, from, size);
}

void* CheckedMemset(std::uintptr_t pc, void* to, int value, std::size_t size) {
  WriteMemory(pc, to, size);
  return RealMemset(to, value, size);
}

void* RealMemcpy(void* to, const void* from, std::size_t size) {
  return REAL(memcpy)(to, from, size);
}
void* RealMemmove(void* to, const void* from, std::size_t size) {
  return REAL(memmove)(to, from, size);
}
void* RealMemset(void* to, int value, std::size_t size) { return REAL(memset)(to, value, size); }

namespace {

// How many bytes a comparison has to look at: up to the first difference.
std::size_t Compared(const void* a, const void* b, std::size_t size) {
  const auto* x = static_cast<const unsigned char*>(a);
  const auto* y = static_cast<const unsigned char*>(b);
  std::size_t n = 0;
  while (n < size && x[n] == y[n]) ++n;
  return std::min(n + 1, size);
}

void ReadCompared(std::uintptr_t pc, const void* a, const void* b, std::size_t size) {
  if (InRuntime()) return;
  CompareMemory(pc, a, b, Compared(a, b, size));
}

// What a search over [p, p + size) read, given what it found.
void ReadSearched(std::uintptr_t pc, const void* p, const void* found, std::size_t size) {
  const auto* begin = static_cast<const char*>(p);
  const auto* hit = static_cast<const char*>(found);
  ReadMemory(pc, p, hit == nullptr ? size : static_cast<std::size_t>(hit - begin) + 1);
}

}  // namespace
}  // namespace hbsan

INTERCEPTOR_BUILTIN(int, memcmp, const void* a, const void* b, std::size_t size) {
  hbsan::ReadCompared(HBSAN_CALLER_PC(), a, b, size);
  return REAL(memcmp)(a, b, size);
}

INTERCEPTOR_BUILTIN(int, bcmp, const void* a, const void* b, std::size_t size) {
  hbsan::ReadCompared(HBSAN_CALLER_PC(), a, b, size);
  return REAL(bcmp)(a, b, size);
}

INTERCEPTOR(void*, mempcpy, void* to, const void* from, std::size_t size) {
  return static_cast<char*>(hbsan::CheckedMemcpy(HBSAN_CALLER_PC(), to, from, size)) + size;
}

INTERCEPTOR(void, bcopy, const void* from, void* to, std::size_t size) {
  hbsan::CheckedMemmove(HBSAN_CALLER_PC(), to, from, size);
}

INTERCEPTOR(void, bzero, void* p, std::size_t size) {
  hbsan::CheckedMemset(HBSAN_CALLER_PC(), p, 0, size);
}

INTERCEPTOR(void, explicit_bzero, void* p, std::size_t size) {
  hbsan::CheckedMemset(HBSAN_CALLER_PC(), p, 0, size);
}

INTERCEPTOR(void*, memccpy, void* to, const void* from, int c, std::size_t size) {
  void* end = REAL(memccpy)(to, from, c, size);
  const std::size_t copied =
      end == nullptr ? size
                     : static_cast<std::size_t>(static_cast<char*>(end) - static_cast<char*>(to));
  hbsan::CopyMemory(HBSAN_CALLER_PC(), to, from, copied);
  return end;
}

INTERCEPTOR(void*, memchr, const void* p, int c, std::size_t size) {
  void* found = REAL(memchr)(p, c, size);
  hbsan::ReadSearched(HBSAN_CALLER_PC(), p, found, size);
  return found;
}

INTERCEPTOR(void*, rawmemchr, const void* p, int c) {
  void* found = REAL(rawmemchr)(p, c);
  hbsan::ReadSearched(HBSAN_CALLER_PC(), p, found, 0);
  return found;
}

INTERCEPTOR(void*, memrchr, const void* p, int c, std::size_t size) {
  void* found = REAL(memrchr)(p, c, size);
  const char* first = static_cast<const char*>(found == nullptr ? p : found);
  const std::size_t skipped = static_cast<std::size_t>(first - static_cast<const char*>(p));
  ReadMemory(HBSAN_CALLER_PC(), first, size - skipped);
  return found;
}

INTERCEPTOR(void*, memmem, const void* p, std::size_t size, const void* needle,
            std::size_t needle_size) {
  void* found = REAL(memmem)(p, size, needle, needle_size);
  const std::size_t skipped =
      found == nullptr
          ? 0
          : static_cast<std::size_t>(static_cast<char*>(found) - static_cast<const char*>(p));
  ReadMemory(HBSAN_CALLER_PC(), p, found == nullptr ? size : skipped + needle_size);
  ReadMemory(HBSAN_CALLER_PC(), needle, needle_size);
  return found;
}
