// String functions: exactly the characters that C says they look at, terminators included.
#include <algorithm>
#include <cstddef>

#include "runtime/heap.h"
#include "runtime/interceptors/accesses.h"
#include "runtime/interceptors/memory.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

using hbsan::BoundedLength;
using hbsan::InRuntime;
using hbsan::Length;
using hbsan::ReadBounded;
using hbsan::ReadMemory;
using hbsan::ReadString;
using hbsan::WriteMemory;

INTERCEPTOR_BUILTIN(std::size_t, strlen, const char* s) {
  const std::size_t n = REAL(strlen)(s);
  ReadMemory(HBSAN_CALLER_PC(), s, n + 1);
  return n;
}

INTERCEPTOR(std::size_t, strnlen, const char* s, std::size_t limit) {
  const std::size_t n = REAL(strnlen)(s, limit);
  ReadMemory(HBSAN_CALLER_PC(), s, std::min(n + 1, limit));
  return n;
}

// --- Copies ---

INTERCEPTOR(char*, strcpy, char* to, const char* from) {
  return static_cast<char*>(hbsan::CheckedMemcpy(HBSAN_CALLER_PC(), to, from, Length(from) + 1));
}

INTERCEPTOR(char*, stpcpy, char* to, const char* from) {
  const std::size_t n = Length(from);
  return static_cast<char*>(hbsan::CheckedMemcpy(HBSAN_CALLER_PC(), to, from, n + 1)) + n;
}

INTERCEPTOR(char*, strncpy, char* to, const char* from, std::size_t size) {
  ReadBounded(HBSAN_CALLER_PC(), from, size);
  WriteMemory(HBSAN_CALLER_PC(), to, size);  // the rest is filled with zeros
  return REAL(strncpy)(to, from, size);
}

INTERCEPTOR(char*, stpncpy, char* to, const char* from, std::size_t size) {
  ReadBounded(HBSAN_CALLER_PC(), from, size);
  WriteMemory(HBSAN_CALLER_PC(), to, size);
  return REAL(stpncpy)(to, from, size);
}

INTERCEPTOR(char*, strcat, char* to, const char* from) {
  const std::size_t old = Length(to);
  ReadMemory(HBSAN_CALLER_PC(), to, old + 1);
  hbsan::CheckedMemcpy(HBSAN_CALLER_PC(), to + old, from, Length(from) + 1);
  return to;
}

INTERCEPTOR(char*, strncat, char* to, const char* from, std::size_t limit) {
  if (!InRuntime()) {
    const std::size_t old = Length(to);
    ReadMemory(HBSAN_CALLER_PC(), to, old + 1);
    ReadBounded(HBSAN_CALLER_PC(), from, limit);
    WriteMemory(HBSAN_CALLER_PC(), to + old, BoundedLength(from, limit) + 1);
  }
  return REAL(strncat)(to, from, limit);
}

INTERCEPTOR(char*, strdup, const char* s) {
  const std::size_t size = Length(s) + 1;
  void* copy = hbsan::HeapAllocate(size, HBSAN_CALLER_PC());
  if (copy == nullptr) return nullptr;
  return static_cast<char*>(hbsan::CheckedMemcpy(HBSAN_CALLER_PC(), copy, s, size));
}

INTERCEPTOR(char*, __strdup, const char* s) { return __interceptor_strdup(s); }

INTERCEPTOR(char*, strndup, const char* s, std::size_t limit) {
  const std::size_t n = BoundedLength(s, limit);
  auto* copy = static_cast<char*>(hbsan::HeapAllocate(n + 1, HBSAN_CALLER_PC()));
  if (copy == nullptr) return nullptr;
  ReadBounded(HBSAN_CALLER_PC(), s, limit);
  WriteMemory(HBSAN_CALLER_PC(), copy, n + 1);
  for (std::size_t i = 0; i < n; ++i) copy[i] = s[i];
  copy[n] = '\0';
  return copy;
}

// --- Searches ---

namespace hbsan {
namespace {

// A search for something in the string s that stopped at `found`, or at the terminator.
void ReadUpTo(std::uintptr_t pc, const char* s, const char* found) {
  if (InRuntime()) return;
  ReadMemory(pc, s, (found == nullptr ? Length(s) : static_cast<std::size_t>(found - s)) + 1);
}

}  // namespace
}  // namespace hbsan

INTERCEPTOR(char*, strchr, const char* s, int c) {
  char* found = REAL(strchr)(s, c);
  hbsan::ReadUpTo(HBSAN_CALLER_PC(), s, found);
  return found;
}

INTERCEPTOR(char*, index, const char* s, int c) {
  char* found = REAL(index)(s, c);
  hbsan::ReadUpTo(HBSAN_CALLER_PC(), s, found);
  return found;
}

INTERCEPTOR(char*, strchrnul, const char* s, int c) {
  char* found = REAL(strchrnul)(s, c);
  hbsan::ReadUpTo(HBSAN_CALLER_PC(), s, found);
  return found;
}

INTERCEPTOR(char*, strrchr, const char* s, int c) {
  ReadString(HBSAN_CALLER_PC(), s);
  return REAL(strrchr)(s, c);
}

INTERCEPTOR(char*, rindex, const char* s, int c) {
  ReadString(HBSAN_CALLER_PC(), s);
  return REAL(rindex)(s, c);
}

INTERCEPTOR(char*, strpbrk, const char* s, const char* accept) {
  char* found = REAL(strpbrk)(s, accept);
  ReadString(HBSAN_CALLER_PC(), accept);
  hbsan::ReadUpTo(HBSAN_CALLER_PC(), s, found);
  return found;
}

INTERCEPTOR(std::size_t, strspn, const char* s, const char* accept) {
  const std::size_t n = REAL(strspn)(s, accept);
  ReadString(HBSAN_CALLER_PC(), accept);
  ReadMemory(HBSAN_CALLER_PC(), s, n + 1);
  return n;
}

INTERCEPTOR(std::size_t, strcspn, const char* s, const char* reject) {
  const std::size_t n = REAL(strcspn)(s, reject);
  ReadString(HBSAN_CALLER_PC(), reject);
  ReadMemory(HBSAN_CALLER_PC(), s, n + 1);
  return n;
}

INTERCEPTOR(char*, strstr, const char* s, const char* needle) {
  char* found = REAL(strstr)(s, needle);
  if (InRuntime()) return found;
  const std::size_t needle_length = Length(needle);
  ReadMemory(HBSAN_CALLER_PC(), needle, needle_length + 1);
  ReadMemory(
      HBSAN_CALLER_PC(), s,
      found == nullptr ? Length(s) + 1 : static_cast<std::size_t>(found - s) + needle_length);
  return found;
}

INTERCEPTOR(char*, strcasestr, const char* s, const char* needle) {
  char* found = REAL(strcasestr)(s, needle);
  if (InRuntime()) return found;
  const std::size_t needle_length = Length(needle);
  ReadMemory(HBSAN_CALLER_PC(), needle, needle_length + 1);
  ReadMemory(
      HBSAN_CALLER_PC(), s,
      found == nullptr ? Length(s) + 1 : static_cast<std::size_t>(found - s) + needle_length);
  return found;
}

// The string that is taken apart is written where a token ends.
INTERCEPTOR(char*, strtok_r, char* s, const char* delimiters, char** state) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  ReadString(pc, delimiters);
  char* begin = s != nullptr ? s : *state;
  ReadMemory(pc, state, sizeof(*state));
  char* token = REAL(strtok_r)(s, delimiters, state);
  if (begin != nullptr && *state != nullptr && *state >= begin) {
    ReadMemory(pc, begin, static_cast<std::size_t>(*state - begin));
    if (token != nullptr && *state > token && (*state)[-1] == '\0') WriteMemory(pc, *state - 1, 1);
  }
  WriteMemory(pc, state, sizeof(*state));
  return token;
}
